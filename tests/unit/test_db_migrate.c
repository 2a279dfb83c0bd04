#include "config.h"

#include "db/migrate.h"

#include <criterion/criterion.h>
#include <string.h>

Test(db_migrate, checksums_are_sha_256)
{
    char sum[MIGRATION_CHECKSUM];
    migration_checksum("", sum);
    cr_expect_str_eq(sum, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    migration_checksum("abc", sum);
    cr_expect_str_eq(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Test(db_migrate, the_files_are_numbered_from_one_without_a_gap)
{
    int next = 1;
    int demo = 0;
    for (int i = 0; i < sql_files_len; i++) {
        cr_expect(sql_files[i].name[0] && sql_files[i].text[0]);
        if (sql_files[i].number > 0)
            cr_expect_eq(sql_files[i].number, next++, "%s", sql_files[i].name);
        demo |= strcmp(sql_files[i].name, "demo") == 0;
    }
    cr_expect_gt(next, 1);
    cr_expect(demo);
}
