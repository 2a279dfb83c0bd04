#include "config.h"

#include "openai/judge.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

enum { NOW = 784111777 }; /* Sun, 06 Nov 1994 08:49:37 GMT */

Test(openai_retry, every_form)
{
    static const struct {
        const char *after, *ms;
        int wanted;
    } cases[] = {
        {"", "", 0},
        {NULL, NULL, 0},
        {"5", NULL, 5},
        {"5", "", 5},
        {" 5 ", "", 5},
        {"\t5", "", 5},
        {"0", "", 0},
        {"00012", "", 12},
        {"-5", "", 0},
        {"+5", "", 0},
        {"1.2", "", 2},
        {"1.", "", 0},
        {".5", "", 0},
        {"1e3", "", 0},
        {"5 s", "", 0},
        {"5,5", "", 0},
        {"0x10", "", 0},
        {"abc", "", 0},
        {"nan", "", 0},
        {"\x1b[31m", "", 0},
        {"3600", "", 3600},
        {"3601", "", 3600},
        {"28509986", "", 3600},
        {"99999999999999999999999999999999999999", "", 3600},
        {"1.99999999999999999999999999999999999999", "", 2},
        {"", "1", 1},
        {"", "1000", 1},
        {"", "1001", 2},
        {"", "1500.5", 2},
        {"", "0.001", 1},
        {"", "7200000", 3600},
        {"", "99999999999999999999999999", 3600},
        {"7", "2000", 2},
        {"7", "0", 7},
        {"7", "-1", 7},
        {"7", "garbage", 7},
        {"Sun, 06 Nov 1994 08:49:47 GMT", "", 10},
        {"Sunday, 06-Nov-94 08:49:47 GMT", "", 10},
        {"Sun Nov  6 08:49:47 1994", "", 10},
        {"Sun, 06 Nov 1994 08:49:37 GMT", "", 0},
        {"Sun, 06 Nov 1994 08:49:27 GMT", "", 0},
        {"Sun, 06 Nov 1994 10:49:37 GMT", "", 3600},
        {"Fri, 31 Dec 9999 23:59:59 GMT", "", 3600},
        {"Sun, 99 Nov 1994 08:49:47 GMT", "", 0},
        {"dim., 06 nov. 1994 08:49:47 GMT", "", 0},
        {"1994-11-06T08:49:47Z", "", 0},
        {"19941106", "", 3600},
        {"06 Nov 1994 08:49:47 GMT", "", 0},
        {"tomorrow", "", 0},
        {"Sun", "", 0},
    };
    static const char *const locales[] = {"C", "fr_FR.UTF-8"};
    for (size_t l = 0; l < sizeof locales / sizeof locales[0]; l++) {
        if (!setlocale(LC_ALL, locales[l]))
            continue;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            int s = retry_after_s(cases[i].after, cases[i].ms, NOW);
            cr_expect_eq(s, cases[i].wanted, "%s: \"%s\" \"%s\": %d", locales[l],
                         cases[i].after ? cases[i].after : "-", cases[i].ms ? cases[i].ms : "-", s);
        }
    }
}
