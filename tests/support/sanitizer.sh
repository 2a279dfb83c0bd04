# shellcheck shell=sh disable=SC2154
# Read before each test: a sanitizer writes its reports into files, for the test program itself may end well in spite of one (a leak in
# a test's own process). The last test, tests/reports.test, fails when there is such a file.
if test "${VIGIE_SANITIZER:-no}" != no; then
    reports=$VIGIE_BUILD/sanitizer-reports
    mkdir -p "$reports"
    chmod 1777 "$reports"
    ASAN_OPTIONS=log_path=$reports/asan:detect_stack_use_after_return=1:strict_string_checks=1:handle_segv=0
    UBSAN_OPTIONS=log_path=$reports/ubsan:print_stacktrace=1
    LSAN_OPTIONS=suppressions=$srcdir/tests/support/lsan.supp:print_suppressions=0
    TSAN_OPTIONS=log_path=$reports/tsan:halt_on_error=0:exitcode=66:handle_segv=0
    export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS
fi
