// zlib for one thing: the members of an archive, whole, whose length is known. The library's own
// way to begin is a macro, which Swift can't see.
#pragma once
#include <zlib.h>
#include <stddef.h>
#include <stdint.h>

// 1 when the bytes are deflated ones that stand for exactly so many others.
static inline int czlib_inflate(const uint8_t *bytes, size_t count, uint8_t *room, size_t room_count) {
    z_stream stream = {0};
    if (count > UINT32_MAX || room_count > UINT32_MAX) return 0;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = room;
    stream.avail_out = (uInt)room_count;
    int result = inflate(&stream, Z_FINISH);
    int whole = result == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    inflateEnd(&stream);
    return whole;
}
