/* wire_pack.c - see wire_pack.h; msgpack-c's packer does the work. */
#include "collector/wire_pack.h"

#include <msgpack.h>

static int take(void *data, const char *bytes, size_t len)
{
    struct pack *p = data;

    if (p->st == ST_OK)
        p->st = buffer_add(p->out, bytes, len);
    return 0;
}

static msgpack_packer on(struct pack *p)
{
    msgpack_packer mp;

    msgpack_packer_init(&mp, p, take);
    return mp;
}

void pack_begin(struct pack *p, struct buffer *out)
{
    *p = (struct pack){.out = out, .start = out->len, .st = ST_OK};
}

enum status pack_end(struct pack *p)
{
    if (p->st != ST_OK)
        p->out->len = p->start;
    return p->st;
}

void pack_map(struct pack *p, size_t pairs)
{
    msgpack_packer mp = on(p);

    msgpack_pack_map(&mp, pairs);
}

void pack_list(struct pack *p, size_t count)
{
    msgpack_packer mp = on(p);

    msgpack_pack_array(&mp, count);
}

void pack_text(struct pack *p, const char *text)
{
    pack_chars(p, text, strlen(text));
}

void pack_chars(struct pack *p, const char *text, size_t len)
{
    msgpack_packer mp = on(p);

    msgpack_pack_str_with_body(&mp, text, len);
}

void pack_bytes(struct pack *p, const void *data, size_t len)
{
    msgpack_packer mp = on(p);

    msgpack_pack_bin_with_body(&mp, data, len);
}

void pack_number(struct pack *p, uint64_t v)
{
    msgpack_packer mp = on(p);

    msgpack_pack_uint64(&mp, v);
}

void pack_signed(struct pack *p, int64_t v)
{
    msgpack_packer mp = on(p);

    msgpack_pack_int64(&mp, v);
}

void pack_bool(struct pack *p, bool v)
{
    msgpack_packer mp = on(p);

    if (v)
        msgpack_pack_true(&mp);
    else
        msgpack_pack_false(&mp);
}

void pack_real(struct pack *p, double v)
{
    msgpack_packer mp = on(p);

    msgpack_pack_double(&mp, v);
}

void pack_nil(struct pack *p)
{
    msgpack_packer mp = on(p);

    msgpack_pack_nil(&mp);
}

void pack_raw(struct pack *p, const void *data, size_t len)
{
    (void)take(p, data, len);
}
