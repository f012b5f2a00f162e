// The Linux calls that Swift's Glibc module does not show, and the C macros it can't call.
//
// _GNU_SOURCE is defined for clinux.c alone: a module header that defines it clashes with the
// other C modules of the program.
#pragma once

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/types.h>

/// accept4(2) with SOCK_NONBLOCK | SOCK_CLOEXEC and no peer address.
int clinux_accept(int listening_descriptor);

/// The value of an epoll event's data field, as the number it was registered with.
static inline uint64_t clinux_epoll_data(const struct epoll_event *event) {
    return event->data.u64;
}

/// Registers, changes or removes (EPOLL_CTL_*) interest in a descriptor.
int clinux_epoll_ctl(int epoll, int operation, int descriptor, uint32_t events, uint64_t data);

/// Names the calling thread, as `top -H` shows it (15 bytes at most).
void clinux_name_thread(const char *name);

/// Locks a whole file as one open file description (F_OFD_SETLKW): 0, or -1 with errno.
int clinux_lock_file(int descriptor);

/// The same without waiting: 0, or -1 with EAGAIN when another open file has it.
int clinux_try_lock_file(int descriptor);

/// The status of a child: its exit code, or -1 when it did not end by exit.
int clinux_exit_code(int wait_status);

/// The signal that ended a child, or 0 when none did.
int clinux_ending_signal(int wait_status);

/// The credentials of a unix socket's peer (SO_PEERCRED): 0, or -1 with errno.
int clinux_peer_credentials(int descriptor, pid_t *process, uid_t *user, gid_t *group);

/// open(2) without the variadic mode.
int clinux_open(const char *path, int flags, mode_t mode);

/// The cores this process may use (sched_getaffinity), 1 at least.
int clinux_usable_cores(void);

/// Makes the calling process die with SIGTERM when its parent does (PR_SET_PDEATHSIG).
void clinux_end_with_parent(int signal_number);

/// A timerfd that ticks at an absolute time of CLOCK_MONOTONIC and then at each interval, both in
/// nanoseconds: the descriptor, or -1 with errno.
int clinux_ticker(int64_t first, int64_t interval);

/// The columns and rows of a terminal (TIOCGWINSZ): 0, or -1 with errno where it is none.
int clinux_terminal_size(int descriptor, uint16_t *columns, uint16_t *rows);
