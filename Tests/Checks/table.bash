# The common parts of the tables of bad input and of signals. To be sourced.
#
# A row runs the program in a folder and a process group of its own. It fails if the program says anything but what the
# row expects, or leaves anything behind: a process, a huge page, a file of shared memory, a temporary file, or a file
# in its folder that the row does not expect.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
ixy=$(realpath "${IXY:-.build/release/ixy}")
launcher=$PWD/Tests/Checks/launch
recordings=$PWD/Recordings
model=model:82599
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
work=$scratch/work
export TMPDIR=$scratch/tmp
mkdir "$work" "$TMPDIR"
# Another user works here, too.
chmod 755 "$scratch"
chmod 777 "$work" "$TMPDIR"
rows=0
bad=0

# Prints what may not change from row to row.
surroundings() {
    awk '/HugePages_Free/ { print "huge pages: " $2 }' /proc/meminfo
    find /dev/shm /dev/hugepages /run "$TMPDIR" -maxdepth 1 -name '*ixy*' 2>/dev/null
    find "$TMPDIR" -mindepth 1
}
before=$(surroundings)

# launch [--signal NAME DELAY] SECONDS COMMAND…: runs it in its folder and sets `status`; see Tests/Checks/launch.
launch() {
    status=0
    (cd "$work" && exec "$launcher" "$@") >"$scratch/out" 2>"$scratch/err" 3>"$scratch/left" || status=$?
}

# count FILE: how many frames Wireshark's reader finds in it; fails unless it reads the file to its end.
count() { capinfos -TMrc "$1" 2>/dev/null | cut -f 2; return "${PIPESTATUS[0]}"; }

# left_over FILE…: prints what the program has left behind, apart from the files, which it may make and which must be
# captures; then removes all.
left_over() {
    local name expected=" $* "
    cat "$scratch/left"
    [ "$(surroundings)" = "$before" ] || echo "left behind: $(diff <(echo "$before") <(surroundings) | grep '^[<>]' | tr '\n' ' ')"
    for name in $(ls -A "$work"); do
        [[ $expected == *" $name "* ]] || { echo "the file $name is left behind"; continue; }
        count "$work/$name" >/dev/null || echo "$name is no whole capture"
    done
    rm -rf "${work:?}"/*
}

# verdict NAME PROBLEM WORDS: prints a row, which is good if there is no problem.
verdict() {
    rows=$((rows + 1))
    if [ -z "$2" ]; then
        echo "ok $1: $3"
    else
        bad=$((bad + 1))
        echo "FAILED $1: $2"
        sed 's/^/    /' "$scratch/err" | head -n 5
    fi
}

# conclude: the last line, and the exit code.
conclude() {
    echo "$((rows - bad)) of $rows rows as they should be, in $SECONDS s"
    ((bad == 0 && rows > 0))
}
