// jansson, with the function-like macros that Swift can't see as functions.
#pragma once
#include <jansson.h>

static inline void cjansson_release(json_t *value) { json_decref(value); }
