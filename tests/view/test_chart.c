#include "config.h"

/* Sparkline and bars as text. */

#include "ui/w_chart.h"
#include "ui/w_spark.h"

#include "base/text.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(chart, .init = fixture_world);

static const struct theme plain = {.ascii = 1};
static const struct theme rich = {.ascii = 0};

Test(chart, sparkline)
{
    static const int values[] = {0, 10, 20, 30, 40, 50, 60, 70};
    char buf[64];
    spark_text(&rich, values, 8, 40, buf, sizeof buf);
    cr_expect_str_eq(buf, "▁▂▃▄▅▆▇█");
    spark_text(&plain, values, 8, 40, buf, sizeof buf);
    cr_expect_str_eq(buf, "_.-:=+*#");
    spark_text(&rich, values, 8, 3, buf, sizeof buf);
    cr_expect_str_eq(buf, "▆▇█", "the last ones");
    spark_text(&rich, values, 8, 40, buf, 8);
    cr_expect_str_eq(buf, "▁▂", "whole signs only");
    spark_text(&rich, values, 1, 40, buf, sizeof buf);
    cr_expect_str_eq(buf, "▁");
    spark_text(&rich, values, 0, 40, buf, sizeof buf);
    cr_expect_str_eq(buf, "");
    spark_text(&rich, values, 8, -5, buf, sizeof buf);
    cr_expect_str_eq(buf, "");
}

Test(chart, range)
{
    static const int values[] = {300, 100, 200, 100};
    struct spark_range range;
    spark_range(&range, values, 4);
    cr_expect(range.min == 100 && range.median == 200 && range.max == 300);
    spark_range(&range, values, 0);
    cr_expect_eq(range.max, 0);
}

static void line(const struct theme *theme, const struct chart *chart, int width, int y,
                 const char *wanted)
{
    char buf[CHART_TEXT];
    chart_text(theme, chart, width, y, buf);
    cr_expect_str_eq(buf, wanted, "line %d in %d columns: “%s”", y, width, buf);
}

Test(chart, bars)
{
    struct chart chart = {.len = 4, .height = 2, .top = "8.00"};
    chart.bar[0] = (struct chart_bar){.permille = 1000, .label = 1};
    chart.bar[1] = (struct chart_bar){.permille = 1};
    chart.bar[2] = (struct chart_bar){.permille = -1, .label = 3};
    chart.bar[3] = (struct chart_bar){.permille = 600, .provisional = 1, .label = 4};
    cr_expect_eq(chart_lines(&chart), 4);
    line(&rich, &chart, 10, 0, "8.00 │█  ▒");
    line(&rich, &chart, 10, 1, "   0 │█▁▾▒");
    line(&rich, &chart, 10, 2, "     ─────");
    line(&rich, &chart, 10, 3, "      1 3 ");
    line(&rich, &chart, 14, 0, "8.00 │█     ▒ ");
    line(&rich, &chart, 14, 3, "      1   3 4 ");
    line(&plain, &chart, 10, 1, "   0 |#_v:");
    line(&rich, &chart, 6, 0, "│█  ▒");
    line(&rich, &chart, 3, 0, "│ ▒");
    line(&rich, &chart, 1, 0, "│");
    line(&rich, &chart, 0, 1, "│");
    line(&rich, &chart, -7, 3, " ");
}

Test(chart, a_line_never_passes_its_width)
{
    struct chart chart = {.len = 31, .height = 4, .top = "1 234 567.89"};
    char buf[CHART_TEXT];
    for (int i = 0; i < 31; i++)
        chart.bar[i] = (struct chart_bar){.permille = 32 * i, .label = i + 1};
    for (int width = 2; width < 300; width++)
        for (int y = 0; y < chart_lines(&chart); y++) {
            chart_text(&rich, &chart, width, y, buf);
            size_t len = strlen(buf);
            while (len > 0 && buf[len - 1] == ' ')
                buf[--len] = '\0';
            cr_assert_leq(text_width(buf), width, "“%s”", buf);
        }
}
