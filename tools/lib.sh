# shellcheck shell=bash disable=SC2154
# What run and check share: messages, packages, the build. Sourced with $top set to the project's folder.

# shellcheck source=tools/packages.sh
. "$top/tools/packages.sh"

build=$top/build
prefix=$build/root
log=/dev/null
lock_wait=600
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
unset MAKEFLAGS MAKELEVEL MFLAGS

# Messages go to stderr: the standard output belongs to the program.
say() {
    printf '%s\n' "$*" >&2
}

# give_up MESSAGE...: each argument is a line.
give_up() {
    printf '%s\n' "$@" >&2
    on_give_up
    exit 1
}

# What else to print before giving up; check redefines it to end with its count.
on_give_up() {
    :
}

# prepare NAME: the build folder and the log build/NAME.log; one run or check at a time.
prepare() {
    if ! mkdir -p "$build" 2>/dev/null || ! [[ -w $build && -w $top ]]; then
        unwritable
    fi
    log=$build/$1.log
    if ! : >"$log"; then
        give_up "The log $log cannot be written." "Cure: $(whose_cure "$log")"
    fi
    exec 9>"$build/.lock"
    if ! flock -n 9; then
        say "Waiting for another build of this folder to end..."
        flock 9
    fi
}

whose_cure() {
    echo "it belongs to $(stat -c %U "$1"); remove $build as that user or as root, then start again."
}

unwritable() {
    local place=$top
    [[ -w $top && -d $build ]] && place=$build
    if findmnt -no OPTIONS -T "$place" 2>/dev/null | grep -qE '(^|,)ro(,|$)'; then
        give_up "The folder $place is on a read-only file system: the build has no place to write." \
            "Cure: copy the project to a folder of yours (cp -r $top ~/vigie) and start there."
    fi
    if [[ $place == "$build" ]]; then
        give_up "The folder $build cannot be written by $(id -un)." "Cure: $(whose_cure "$build")"
    fi
    give_up "The folder $place cannot be written by $(id -un): it belongs to $(stat -c %U "$place")." \
        "Cure: copy the project to a folder of yours (cp -r $top ~/vigie), or start as $(stat -c %U "$place")."
}

# step MESSAGE COMMAND...: say what happens, run it quietly, explain when it fails.
step() {
    say "$1"
    quietly "${@:2}" || failed "$1"
}

# No child keeps the lock (descriptor 9): a server may outlive us.
# The commands speak English so that failed() understands them; the program keeps the person's language.
quietly() {
    printf '\n== %s\n' "$*" >>"$log"
    LC_ALL=C.UTF-8 "$@" >>"$log" 2>&1 </dev/null 9>&-
}

failed() {
    say "${1%...} failed. The last lines of $log:"
    last_lines
    give_up "The whole log: $log" "Cure: $(cure)"
}

last_lines() {
    tail -n 15 "$log" | awk '{ print "    " $0 }' >&2
}

log_says() {
    grep -qiE "$1" "$log"
}

# The cure for what the log shows.
cure() {
    local full
    full=$(df -Pk "$build" /tmp /var/cache /usr 2>/dev/null | awk 'NR > 1 && $4 < 51200 { print $6; exit }')
    if [[ -n $full ]] || log_says 'no space left on device|not enough free space'; then
        echo "the disk is full${full:+ (at $full, see: df -h $full)}; free some space and start again."
    elif log_says 'resolving|could not resolve|unreachable|unable to connect|connection (timed|refused|failed)'; then
        echo "the package server cannot be reached; check the network (or the proxy of apt) and start again."
    elif log_says 'dpkg was interrupted'; then
        echo "an earlier installation was cut short; run 'sudo dpkg --configure -a' and start again."
    elif log_says 'could not get lock|unable to (acquire|lock)'; then
        echo "another program is installing packages; wait for its end and start again."
    elif log_says 'unable to locate package|has no installation candidate'; then
        echo "the package is not in this system's sources; vigie is built for Debian 12 with its 'main' archive."
    elif log_says 'unmet dependencies|held broken packages'; then
        echo "the installed packages contradict each other; run 'sudo apt-get --fix-broken install' and start again."
    elif log_says 'permission denied'; then
        echo "files of an earlier build belong to someone else; remove them (sudo rm -rf $build) and start again."
    elif log_says 'password is required|not in the sudoers|may not run sudo|not allowed to'; then
        echo "$(id -un) may not use sudo here; ask an administrator."
    else
        echo "read the log above; after a change of the system, 'rm -rf $build' starts afresh."
    fi
}

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
    local -A have=()
    local status name
    while read -r status name; do
        [[ $status == ii ]] && have[$name]=1
    done < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null)
    for name in "$@"; do
        [[ -v have[$name] ]] || echo "$name"
    done
}

# need_packages NAME...: install what is missing; without any, neither apt nor the network is asked.
need_packages() {
    local missing
    if ! command -v dpkg-query >/dev/null; then
        say "This is not Debian: make sure that the equivalents of these are installed: $*"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    become_root "${missing[@]}"
    [[ " ${missing[*]} " != *" postgresql-15 "* ]] || no_main_cluster
    step "Reading the list of packages (first time only)..." patiently as_root apt-get -q update
    step "Installing $(counted ${#missing[@]} package) and what they need (first time only)..." \
        as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y \
        --no-install-recommends -o "DPkg::Lock::Timeout=$lock_wait" -o Dpkg::Use-Pty=0 install "${missing[@]}"
    [[ " ${missing[*]} " != *" pgbouncer "* ]] || quiet_service pgbouncer
    [[ " ${missing[*]} " != *" nginx-light "* ]] || quiet_service nginx
}

counted() {
    echo "$1 $2$( (($1 == 1)) || echo s)"
}

# Make sure that as_root will work, or say what to ask for.
become_root() {
    local command="apt-get install --no-install-recommends $*"
    [[ $EUID -ne 0 ]] || return 0
    command -v sudo >/dev/null || give_up "$(counted $# package) missing, and no sudo to install with." \
        "Cure: ask an administrator for" "    $command"
    if ! sudo -n true 2>/dev/null; then
        [[ -t 0 && -t 2 ]] || give_up "$(counted $# package) missing, and sudo would have to ask for a password." \
            "Cure: start this in a terminal, or ask an administrator for" "    $command"
        say "Packages are missing; sudo may ask for your password."
        sudo -v || give_up "$(id -un) may not install packages on this machine." \
            "Cure: ask an administrator for" "    $command"
    fi
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# apt-get update does not wait for its lock by itself.
patiently() {
    local end=$((SECONDS + lock_wait))
    until "$@"; do
        if ((SECONDS >= end)) || ! tail -n 5 "$log" | grep -q 'Could not get lock'; then
            return 1
        fi
        sleep 2
    done
}

# Debian's postgresql starts a server "15/main" at its installation; the console needs only the programs.
no_main_cluster() {
    # shellcheck disable=SC2016  # the inner shell expands it
    quietly as_root sh -c 'folder=/etc/postgresql-common/createcluster.d
        mkdir -p "$folder" && printf "%s\n" \
            "# Made by vigie before it installed PostgreSQL, which then starts no server of its own." \
            "create_main_cluster = false" >"$folder/no-main.conf"' ||
        failed "Preparing PostgreSQL's installation"
}

# The tests start servers of their own: the services that Debian's packages start are not wanted.
quiet_service() {
    quietly as_root service "$1" stop || true
    quietly as_root update-rc.d "$1" disable || true
}

# configure_for KIND: "run" or "check"; a build for check also serves run, not the other way round.
configure_for() {
    local stamp=$build/.configured
    if [[ ! -x $top/configure || ! -f $top/Makefile.in || $top/configure.ac -nt $top/configure ]]; then
        step "Preparing the build system..." autoreconf -fi "$top"
    fi
    if [[ -f $build/config.status && ! $top/configure -nt $build/config.status && -f $stamp ]] &&
        { [[ $(<"$stamp") == "check $prefix" ]] || [[ $(<"$stamp") == "$1 $prefix" ]]; }; then
        return
    fi
    rm -f "$stamp"
    local options=(--quiet --prefix="$prefix")
    [[ $1 != check ]] || options+=(--enable-werror)
    step "Configuring..." in_build "$top/configure" "${options[@]}"
    echo "$1 $prefix" >"$stamp"
}

in_build() {
    (cd "$build" && "$@")
}

jobs_of_make() {
    make -C "$build" --no-print-directory -j"$(nproc)" "$@"
}

# build_program: compile and install below build/, where the program finds its translations.
build_program() {
    step "Building..." jobs_of_make -s install
}
