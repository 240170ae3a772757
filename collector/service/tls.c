/* tls.c - see tls.h.
 *
 * The HTTP library would only say that it can not start, so its files are tried
 * here first, where the cause can be told.
 */
#include "tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "collector/files.h"

#define PEM_MAX (1u << 20)

static enum status read_pem(const char *path, bool secret, struct buffer *out,
                            struct err *err)
{
    enum status st;

    out->max = PEM_MAX;
    st = file_read(path, secret, out, err);
    if (st == ST_OK && buffer_byte(out, 0) != ST_OK)
        st = err_set(err, ST_RANGE, "%s: too long", path);
    return st;
}

static gnutls_datum_t datum(const struct buffer *b)
{
    return (gnutls_datum_t){b->data, (unsigned)b->len - 1};
}

static enum status try_files(const struct tls_files *f, const char *certificate,
                             const char *clients, struct err *err)
{
    gnutls_certificate_credentials_t c = NULL;
    const gnutls_datum_t cert = datum(&f->certificate), key = datum(&f->key);
    enum status st = ST_OK;
    int rc = gnutls_certificate_allocate_credentials(&c);

    if (rc < 0)
        return err_set(err, ST_NOMEM, "%s: %s", certificate,
                       gnutls_strerror(rc));
    rc = gnutls_certificate_set_x509_key_mem2(c, &cert, &key,
                                              GNUTLS_X509_FMT_PEM, NULL, 0);
    if (rc < 0)
        st = err_set(err, ST_INVALID, "%s: certificate and key: %s",
                     certificate, gnutls_strerror(rc));
    if (st == ST_OK && clients) {
        const gnutls_datum_t trust = datum(&f->clients);

        rc = gnutls_certificate_set_x509_trust_mem(c, &trust,
                                                   GNUTLS_X509_FMT_PEM);
        if (rc <= 0)
            st = err_set(err, ST_INVALID, "%s: no certificate in it%s%s",
                         clients, rc < 0 ? ": " : "",
                         rc < 0 ? gnutls_strerror(rc) : "");
    }
    gnutls_certificate_free_credentials(c);
    return st;
}

enum status tls_load(const char *certificate, const char *key,
                     const char *clients, struct tls_files *out,
                     struct err *err)
{
    struct tls_files f = {0};
    enum status st = read_pem(certificate, false, &f.certificate, err);

    if (st == ST_OK)
        st = read_pem(key, true, &f.key, err);
    if (st == ST_OK && clients)
        st = read_pem(clients, false, &f.clients, err);
    if (st == ST_OK)
        st = try_files(&f, certificate, clients, err);
    if (st == ST_OK)
        *out = f;
    else
        tls_files_free(&f);
    return st;
}

void tls_files_free(struct tls_files *f)
{
    if (f->key.data)
        explicit_bzero(f->key.data, f->key.cap);
    buffer_free(&f->certificate);
    buffer_free(&f->key);
    buffer_free(&f->clients);
}

void tls_require_client(void *session)
{
    static char client[] = GNUTLS_KP_TLS_WWW_CLIENT;
    static gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                            .data = (void *)client};

    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert2(session, &purpose, 1, 0);
}
