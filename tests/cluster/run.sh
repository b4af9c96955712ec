#!/bin/sh
# A batch on a real Slurm on this machine: 16 shards, two of them killed in the middle; the merged results must be the bytes of one
# run. Needs root, slurm-wlm and munge (make test installs them); starts and stops its own daemons on ports of their own, without
# systemd. A Slurm that runs here is left alone. Exit status: 0 right, 1 wrong, 77 when no cluster can be had (with the reason).
#
#   tests/cluster/run.sh PROGRAM [SECONDS]      SECONDS: limit of the whole test, 300
set -eu
skip() {
  echo "cluster test skipped: $1" >&2
  passed=yes
  exit 77
}

program=$(readlink -f "$1")
limit=${2:-300}
here=$(dirname "$(readlink -f "$0")")
[ "$(id -u)" = 0 ] || skip "found user $(id -un), wanted root (munge and slurmd)"
for tool in munge munged slurmctld slurmd sbatch scontrol squeue sinfo python3 pgrep setpriv; do
  command -v "$tool" >/dev/null || skip "found no $tool"
done

limit_reached() { [ "$(date +%s)" -ge "$deadline" ]; }
deadline=$(($(date +%s) + limit))
work=$(mktemp -d)
chmod 755 "$work"
controller= node= own_munge=
stop() {
  scancel --user=root --quiet >/dev/null 2>&1 || true  # of the cluster that SLURM_CONF names
  for id in $node $controller $own_munge; do kill "$id" 2>/dev/null || true; done
  (sleep 20; for id in $node $controller $own_munge; do kill -9 "$id" 2>/dev/null || true; done) >/dev/null 2>&1 &
  watch=$!
  for id in $node $controller $own_munge; do wait "$id" 2>/dev/null || true; done
  kill "$watch" 2>/dev/null || true
  if [ "${passed:-}" = yes ]; then rm -rf "$work"; else echo "left for inspection: $work" >&2; fi
}
trap stop EXIT
trap 'exit 1' INT TERM

# A munge of its own: key, socket, everything in the test's folder.
mkdir -m 755 "$work/munge"
dd if=/dev/urandom bs=1024 count=1 of="$work/munge/key" 2>/dev/null
chmod 400 "$work/munge/key"
chown -R munge:munge "$work/munge" || skip "found no user munge"
munge_socket="$work/munge/socket"
setpriv --reuid=munge --regid=munge --clear-groups munged --foreground --key-file="$work/munge/key" --socket="$munge_socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" >"$work/munged.txt" 2>&1 &
own_munge=$!
tries=0
until munge -n --socket="$munge_socket" </dev/null >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$own_munge" 2>/dev/null; then skip "munged does not answer: $(tail -n 1 "$work/munged.txt")"; fi
  sleep 0.1
done

host=$(hostname -s)
port=$(python3 -c 'import socket
while True:
    a, b = socket.socket(), socket.socket()
    a.bind(("127.0.0.1", 0))
    try:
        b.bind(("127.0.0.1", a.getsockname()[1] + 1))
        break
    except (OSError, OverflowError):
        pass
print(a.getsockname()[1])')
mkdir -p "$work/spool" "$work/state"
cat >"$work/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmdSpoolDir=$work/spool
StateSaveLocation=$work/state
AuthType=auth/munge
AuthInfo=socket=$munge_socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MinJobAge=3600
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$work/slurm.conf"
slurmctld -D -f "$SLURM_CONF" >"$work/controller.txt" 2>&1 &
controller=$!
slurmd -D -f "$SLURM_CONF" >"$work/node.txt" 2>&1 &
node=$!
tries=0
until sinfo -h -o %T 2>/dev/null | grep -q -E "idle|mixed|alloc"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 200 ] || ! kill -0 "$controller" 2>/dev/null || ! kill -0 "$node" 2>/dev/null; then
    skip "no node of Slurm comes up: $(tail -n 2 "$work"/slurmctld.log "$work"/slurmd.log 2>/dev/null | tr '\n' ' ')"
  fi
  sleep 0.2
done
wait_until() {
  until eval "$1"; do
    if limit_reached; then
      squeue -a -r >&2 || true
      tail -n 20 "$work"/*.log >&2 || true
      [ "$(find all.jsonl.cluster/parts -name '*.jsonl' 2>/dev/null | wc -l)" = 0 ] || skip "no $2 within $limit s: the machine is too slow"
      echo "cluster test: no $2 within $limit s" >&2
      exit 1
    fi
    sleep "${3:-0.3}"
  done
}

python3 "$here/../../benchmarks/synthetic_set.py" "$work/set" 64 --per-folder 16
options="--form over-ear --intervals 40000"  # about a second of work a shard
cd "$work"
# shellcheck disable=SC2086
"$program" cluster submit all.jsonl --shards 16 --memory 100M --time 5 -- "$work/set" $options
"$program" cluster status all.jsonl || true

# Two tasks die in the middle: the process of a shard that runs is killed, twice, of two different shards.
killed=
running() {  # "SHARD PID" of a shard that runs and was not killed yet
  pgrep -af "^$program batch $work/set " | sed -n 's|^\([0-9]*\) .*/headscore-[0-9]*-\([0-9]*\)/part-.*|\2 \1|p' | while read -r shard id; do
    case " $killed " in *" $shard "*) ;; *) echo "$shard $id"; break ;; esac
  done
}
# A process that has ended but was not waited for yet takes a signal as well: only one that could be stopped dies by ours.
kill_in_the_middle() {  # PROCESS
  kill -STOP "$1" 2>/dev/null || return 1
  for _ in $(seq 100); do
    case "$(sed 's/.*) \(.\) .*/\1/' "/proc/$1/stat" 2>/dev/null)" in
      T) kill -9 "$1" 2>/dev/null; return ;;
      Z | X | '') return 1 ;;
    esac
    sleep 0.01
  done
  kill -CONT "$1" 2>/dev/null
  return 1
}
while [ "$(echo $killed | wc -w)" -lt 2 ]; do
  [ ! -f all.jsonl ] || break  # a very fast machine: told at the end
  wait_until 'found=$(running); [ -n "$found" ] || [ -f all.jsonl ]' "running shard" 0.05
  [ -n "$found" ] || continue
  if kill_in_the_middle "${found#* }"; then killed="$killed ${found% *}"; fi
done
echo "killed the shards$killed"

wait_until '"$program" cluster status all.jsonl >status.txt' "merged results"
cat status.txt
restarts=0
for shard in $killed; do
  job=$(sed 's/.*"array":"\([0-9]*\)".*/\1/' all.jsonl.cluster/job.json)
  scontrol show job "${job}_$shard" | grep -q "Restarts=[1-9]" && restarts=$((restarts + 1))
done
[ "$restarts" = "$(echo $killed | wc -w)" ] || { echo "cluster test: found $restarts restarted shards, wanted those killed:$killed" >&2; exit 1; }
# shellcheck disable=SC2086
"$program" batch "$work/set" $options --quiet --out "$work/whole.jsonl"
cmp all.jsonl whole.jsonl
cmp all.jsonl.run.json whole.jsonl.run.json
passed=yes
[ "$restarts" = 2 ] || skip "the merged results are right, but only $restarts shards could be killed before the end"
echo "cluster test: 16 shards, 2 killed and started anew; the merged results are the bytes of one run"
