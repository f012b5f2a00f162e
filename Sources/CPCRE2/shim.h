// PCRE2 for texts of bytes, its functions under names that Swift can see: the library's own are
// macros that paste the width on.
#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

typedef pcre2_code_8 cpcre2_code;

static inline cpcre2_code *cpcre2_compile(const uint8_t *pattern, size_t length, uint32_t options,
                                          int *error, size_t *offset) {
    return pcre2_compile_8(pattern, length, options, error, offset, NULL);
}

static inline void cpcre2_free(cpcre2_code *code) { pcre2_code_free_8(code); }

static inline int cpcre2_back_references(const cpcre2_code *code) {
    uint32_t highest = 0;
    pcre2_pattern_info_8(code, PCRE2_INFO_BACKREFMAX, &highest);
    return (int)highest;
}

static inline int cpcre2_message(int error, uint8_t *buffer, size_t length) {
    return pcre2_get_error_message_8(error, buffer, length);
}

// 1 for a match, 0 for none, below that an error of the library.
static inline int cpcre2_search(const cpcre2_code *code, const uint8_t *text, size_t length,
                                uint32_t match_limit, uint32_t heap_limit_kib) {
    pcre2_match_context_8 *context = pcre2_match_context_create_8(NULL);
    pcre2_match_data_8 *data = pcre2_match_data_create_8(1, NULL);
    int result = PCRE2_ERROR_NOMEMORY;
    if (context && data) {
        pcre2_set_match_limit_8(context, match_limit);
        pcre2_set_heap_limit_8(context, heap_limit_kib);
        result = pcre2_match_8(code, text, length, 0, 0, data, context);
    }
    pcre2_match_data_free_8(data);
    pcre2_match_context_free_8(context);
    return result == PCRE2_ERROR_NOMATCH ? 0 : result >= 0 ? 1 : result;
}
