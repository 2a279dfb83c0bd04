# shellcheck shell=bash disable=SC2034
# The Debian packages that the project needs, one list per purpose; read by tools/lib.sh.

packages_build=(
    build-essential autoconf automake autoconf-archive autopoint gettext pkg-config
    libncurses-dev libpq-dev libjson-c-dev libsodium-dev libutf8proc-dev
    libcurl4-openssl-dev libmicrohttpd-dev libgnutls28-dev
    postgresql-15
)

packages_test=(
    libcriterion-dev
    postgresql-15-pgtap libtap-parser-sourcehandler-pgtap-perl pgbouncer
    tmux python3 procps locales nginx-light openssl systemd
)

packages_bench=(
    tig htop nghttp2-client
)

packages_screenshots=(
    librsvg2-bin fonts-dejavu-core fonts-noto-cjk
)

packages_lint=(
    pmccabe clang-14 libclang-rt-14-dev clang-format clang-tidy cppcheck shellcheck
)
