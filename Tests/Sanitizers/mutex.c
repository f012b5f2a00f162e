// Tells the thread sanitizer of `Synchronization.Mutex`, for LD_PRELOAD into sanitized programs.
//
// The mutex's fast path is compiled into our code, so the sanitizer sees its atomics. Its slow path
// is in Swift's own library, which is not instrumented: there the kernel hands the lock over
// (FUTEX_LOCK_PI), and what the threads do under a lock they had to wait for looks like a race.
// Nothing is suppressed: what the mutex does not order is still found.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// The sanitizer's runtime is in the program; other programs (the shell, swift) have none.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

// _MutexHandle._lockSlow(_: UInt32) and _unlockSlow(), methods of a struct that stays where it is.
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define swift __attribute__((swiftcall))
#define swift_self __attribute__((swift_context)) void *

swift void lock_slow(uint32_t thread, swift_self mutex) __asm__(LOCK_SLOW);
swift void unlock_slow(swift_self mutex) __asm__(UNLOCK_SLOW);

swift void lock_slow(uint32_t thread, swift_self mutex) {
    swift void (*lock)(uint32_t, swift_self) = dlsym(RTLD_NEXT, LOCK_SLOW);
    lock(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

swift void unlock_slow(swift_self mutex) {
    swift void (*unlock)(swift_self) = dlsym(RTLD_NEXT, UNLOCK_SLOW);
    if (__tsan_release) __tsan_release(mutex);
    unlock(mutex);
}
