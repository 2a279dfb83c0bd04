#include "config.h"

#include "openai/signin.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define NOW 1900000000
#define USER "ad000000-0000-4000-8000-000000000001"

/* A token whose middle is this JSON, in an answer with a refresh token. */
static void answer_with(char *out, size_t size, const char *claims)
{
    char middle[2048];
    cr_assert(sodium_init() >= 0);
    (void)sodium_bin2base64(middle, sizeof middle, (const unsigned char *)claims, strlen(claims),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    (void)snprintf(out, size,
                   "{\"access_token\":\"eyJhbGciOiJIUzI1NiJ9.%s.c2ln\",\"token_type\":\"bearer\","
                   "\"expires_in\":3600,\"refresh_token\":\"r-1\",\"user\":{\"id\":\"x\"}}",
                   middle);
}

static int read_claims(struct signin *s, const char *claims, struct err *e)
{
    char body[4096];
    answer_with(body, sizeof body, claims);
    return signin_read(s, 200, body, strlen(body), NOW, e);
}

Test(signin, a_good_answer_says_who_and_until_when)
{
    struct signin s = {.refresh = "r-0"};
    struct err e = {0};
    cr_assert_eq(
        read_claims(&s, "{\"sub\":\"" USER "\",\"role\":\"authenticated\",\"exp\":1900003600}", &e),
        0);
    cr_assert_str_eq(s.user, USER);
    cr_assert_str_eq(s.role, "authenticated");
    cr_assert_eq(s.expires_at, NOW + 3600);
    cr_assert_eq(signin_renew_at(&s), NOW + 3600 - 720);
    cr_assert_str_eq(s.refresh, "r-1");
}

Test(signin, what_is_no_sign_in_is_refused_and_changes_nothing)
{
    static const char *const claims[] = {
        "{}",
        "{\"sub\":\"x\",\"role\":\"authenticated\",\"exp\":1900003600}",
        "{\"sub\":\"" USER "\",\"role\":\"two words\",\"exp\":1900003600}",
        "{\"sub\":\"" USER "\",\"role\":\"authenticated\"}",
        "{\"sub\":\"" USER "\",\"role\":\"authenticated\",\"exp\":\"1900003600\"}",
        "{\"sub\":\"" USER "\",\"role\":\"authenticated\",\"exp\":1899999999}",
        "{\"sub\":\"" USER "\",\"role\":\"authenticated\",\"exp\":9900003600}",
        "[]",
        "not json",
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        struct signin s = {.refresh = "r-0"};
        struct err e = {0};
        cr_assert_eq(read_claims(&s, claims[i], &e), -(int)ERR_DENIED, "%s", claims[i]);
        cr_assert(e.text[0] && e.cure[0], "%s", claims[i]);
        cr_assert_str_eq(s.user, "", "%s", claims[i]);
        cr_assert_str_eq(s.refresh, "r-0", "%s", claims[i]);
    }
}

Test(signin, another_user_is_not_taken)
{
    struct signin s = {.user = "bb000000-0000-4000-8000-000000000001"};
    struct err e = {0};
    cr_assert_eq(
        read_claims(&s, "{\"sub\":\"" USER "\",\"role\":\"authenticated\",\"exp\":1900003600}", &e),
        -(int)ERR_DENIED);
    cr_assert_str_eq(s.user, "bb000000-0000-4000-8000-000000000001");
}

Test(signin, refusals_have_the_servers_words_and_the_right_kind)
{
    static const struct {
        int status;
        const char *body;
        enum err_code code;
        const char *says;
    } cases[] = {
        {400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid login credentials\"}",
         ERR_PASSWORD, "Invalid login credentials"},
        {400,
         "{\"code\":400,\"error_code\":\"invalid_credentials\",\"msg\":\"Invalid login "
         "credentials\"}",
         ERR_PASSWORD, "Invalid login credentials"},
        {401, "{\"message\":\"No API key found in request\"}", ERR_PASSWORD, "No API key"},
        {403, "", ERR_PASSWORD, "no reason"},
        {429, "{\"msg\":\"Request rate limit reached\"}", ERR_UNREACHABLE, "rate limit"},
        {500, "oops", ERR_UNREACHABLE, "500"},
        {503, "", ERR_UNREACHABLE, "503"},
        {302, "", ERR_UNREACHABLE, "302"},
        {200, "<html>", ERR_DENIED, "not a sign-in"},
        {200, "{\"access_token\":7}", ERR_DENIED, "not a sign-in"},
        {200, "{\"access_token\":\"nodots\"}", ERR_DENIED, "not a sign-in"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signin s = {.url = ""};
        struct err e = {0};
        int rc = signin_read(&s, cases[i].status, cases[i].body, strlen(cases[i].body), NOW, &e);
        cr_assert_eq(rc, -(int)cases[i].code, "%d %s", cases[i].status, cases[i].body);
        cr_assert(strstr(e.text, cases[i].says), "%s in %s", cases[i].says, e.text);
    }
}

Test(signin, hostile_words_are_scrubbed)
{
    static const char body[] = "{\"msg\":\"\\u001b]0;owned\\u0007\\u202e\"}";
    struct signin s = {.url = ""};
    struct err e = {0};
    cr_assert_eq(signin_read(&s, 400, body, sizeof body - 1, NOW, &e), -(int)ERR_PASSWORD);
    cr_assert_null(strchr(e.text, 0x1b));
    cr_assert_null(strchr(e.text, 0x07));
}

static void done(void *arg, struct err *e)
{
    (void)arg;
    (void)e;
}

/* Whether the heap of this process holds the bytes, which are kept inverted elsewhere. */
static int heap_holds(const char *inverted, size_t len)
{
    char line[512];
    unsigned long from = 0;
    unsigned long to = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "[heap]"))
            cr_assert_eq(sscanf(line, "%lx-%lx", &from, &to), 2);
    if (maps)
        (void)fclose(maps);
    for (const char *at = (const char *)from; at + len < (const char *)to; at++) {
        size_t same = 0;
        while (same < len && at[same] == (char)~inverted[same])
            same++;
        if (same == len)
            return 1;
    }
    return 0;
}

static void invert(char *text)
{
    for (; *text; text++)
        *text = (char)~*text;
}

Test(signin, nothing_of_a_password_stays_in_memory)
{
    static char password[] = "correct \"horse\"\n battery staple";
    static struct signin s = {.url = "http://127.0.0.1:1/auth/v1", .email = "a@test.example"};
    struct http *http = NULL;
    struct signin_call *call = NULL;
    struct err e = {0};
    cr_assert_eq(http_create(&http, NULL, &e), 0);
    cr_assert_eq(signin_ask(http, &s, password, done, NULL, &call, &e), 0);
    signin_call_destroy(http, call);
    http_destroy(http);
    invert(password);
    cr_assert_not(heap_holds(password, 8), "as it was given");
    cr_assert_not(heap_holds(password + sizeof password - 9, 8), "as it was sent");
}

Test(signin, nor_of_a_refresh_token)
{
    static char body[] = "{\"access_token\":\"x.e30.x\",\"refresh_token\":\"never-to-be-found\"}";
    static struct signin s;
    struct err e = {0};
    (void)signin_read(&s, 200, body, strlen(body), NOW, &e);
    signin_finish(&s);
    invert(body);
    char *token = body + strlen("{\"access_token\":\"x.e30.x\",\"refresh_token\":\"");
    cr_assert_not(heap_holds(token, strlen("never-to-be-found")));
}
