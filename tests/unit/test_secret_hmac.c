#include "config.h"

#include "secret/hmac.h"

#include <criterion/criterion.h>
#include <string.h>

enum { KEY_MAX = 131, DATA = 51 };

/* RFC 4231, but the case that is about a truncated code. */
Test(hmac, vectors_of_the_rfc)
{
    static const struct {
        unsigned char key_byte; /* repeated, or 0 for the text, or 1 for 01 02 03 … */
        size_t key_len;
        const char *key;
        unsigned char byte; /* of fifty, or 0 for the text */
        const char *data;
        const char *mac;
    } cases[] = {
        {0x0b, 20, NULL, 0, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0, 4, "Jefe", 0, "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xaa, 20, NULL, 0xdd, NULL,
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {1, 25, NULL, 0xcd, NULL,
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {0xaa, KEY_MAX, NULL, 0, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, KEY_MAX, NULL, 0,
         "This is a test using a larger than block-size key and a larger than block-size data. The "
         "key needs to be hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[HMAC_HEX];
        char data[DATA] = "";
        unsigned char key[KEY_MAX];
        for (size_t k = 0; k < cases[i].key_len; k++)
            key[k] = cases[i].key             ? (unsigned char)cases[i].key[k]
                     : cases[i].key_byte == 1 ? (unsigned char)(k + 1)
                                              : cases[i].key_byte;
        memset(data, cases[i].byte, DATA - 1);
        hmac_sha256(out, key, cases[i].key_len, cases[i].data ? cases[i].data : data, NULL, 0);
        cr_assert_str_eq(out, cases[i].mac, "case %zu", i);
    }
}

Test(hmac, two_parts_are_one_text_with_a_byte_between)
{
    char whole[HMAC_HEX];
    char parts[HMAC_HEX];
    hmac_sha256(whole, "key", 3, "17.{}", NULL, 0);
    hmac_sha256(parts, "key", 3, "17", "{}", '.');
    cr_assert_str_eq(whole, parts);
    hmac_sha256(parts, "key", 3, "1", "7.{}", '.');
    cr_assert_str_neq(whole, parts);
}
