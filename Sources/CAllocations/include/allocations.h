#ifndef LOCKKEEPER_ALLOCATIONS_H
#define LOCKKEEPER_ALLOCATIONS_H

#include <stdint.h>

/* How often this thread asked for memory: 0 under a sanitizer. A program that links this target
   counts every time, as the functions of glibc are called through ones of the same names (glibc
   manual, "Replacing malloc"). */
uint64_t lockkeeper_allocation_count(void);

#endif
