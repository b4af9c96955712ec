#!/bin/sh
# A batch on a real Slurm on this machine: 16 shards, two of them killed in the middle; the merged results must be the bytes of one
# run. Needs root, slurm-wlm and munge (make test-cluster installs them); starts and stops its own daemons, without systemd.
#
#   tests/cluster/run.sh PROGRAM [SECONDS]      SECONDS: limit of the whole test, 300
set -eu

program=$(readlink -f "$1")
limit=${2:-300}
here=$(dirname "$(readlink -f "$0")")
[ "$(id -u)" = 0 ] || { echo "cluster test: found user $(id -un), wanted root (munge and slurmd)" >&2; exit 77; }

work=$(mktemp -d)
chmod 755 "$work"
controller= node= own_munge=
stop() {
  for id in $node $controller; do kill "$id" 2>/dev/null || true; done
  for id in $node $controller; do wait "$id" 2>/dev/null || true; done
  [ -z "$own_munge" ] || munged --stop 2>/dev/null || true
  if [ "${passed:-}" = yes ]; then rm -rf "$work"; else echo "left for inspection: $work" >&2; fi
}
trap stop EXIT
trap 'exit 1' INT TERM

# munge: a key of its own only where there is none.
if ! munge -n </dev/null >/dev/null 2>&1; then
  [ -f /etc/munge/munge.key ] || dd if=/dev/urandom bs=1 count=1024 of=/etc/munge/munge.key 2>/dev/null
  mkdir -p /run/munge /var/lib/munge /var/log/munge
  chown munge:munge /etc/munge /etc/munge/munge.key /run/munge /var/lib/munge /var/log/munge
  chmod 755 /run/munge
  chmod 400 /etc/munge/munge.key
  setpriv --reuid=munge --regid=munge --clear-groups munged
  own_munge=yes
fi

host=$(hostname -s)
mkdir -p "$work/spool" "$work/state"
cat >"$work/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=root
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmdSpoolDir=$work/spool
StateSaveLocation=$work/state
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MinJobAge=3600
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$work/slurm.conf"
slurmctld -D -f "$SLURM_CONF" >"$work/controller.txt" 2>&1 &
controller=$!
slurmd -D -f "$SLURM_CONF" >"$work/node.txt" 2>&1 &
node=$!
deadline=$(($(date +%s) + limit))
wait_until() {
  until eval "$1"; do
    [ "$(date +%s)" -lt "$deadline" ] || { echo "cluster test: no $2 within $limit s" >&2; squeue -a -r >&2 || true; tail -n 20 "$work"/*.log >&2 || true; exit 1; }
    sleep 0.3
  done
}
wait_until 'sinfo -h -o %T 2>/dev/null | grep -q -E "idle|mixed|alloc"' "node"

python3 "$here/../../benchmarks/synthetic_set.py" "$work/set" 160 --per-folder 40
options="--form over-ear --intervals 16000"  # about two seconds of work a shard
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
while [ "$(echo $killed | wc -w)" -lt 2 ]; do
  [ ! -f all.jsonl ] || { echo "cluster test: the shards were done before two could be killed" >&2; exit 1; }
  wait_until 'found=$(running); [ -n "$found" ] || [ -f all.jsonl ]' "running shard"
  [ -n "$found" ] || continue
  if kill -9 "${found#* }" 2>/dev/null; then killed="$killed ${found% *}"; fi
done
echo "killed the shards$killed"

wait_until '"$program" cluster status all.jsonl >status.txt' "merged results"
cat status.txt
restarts=0
for shard in $killed; do
  job=$(sed 's/.*"array":"\([0-9]*\)".*/\1/' all.jsonl.cluster/job.json)
  scontrol show job "${job}_$shard" | grep -q "Restarts=[1-9]" && restarts=$((restarts + 1))
done
[ "$restarts" = 2 ] || { echo "cluster test: found $restarts restarted shards, wanted 2" >&2; exit 1; }
# shellcheck disable=SC2086
"$program" batch "$work/set" $options --quiet --out "$work/whole.jsonl"
cmp all.jsonl whole.jsonl
cmp all.jsonl.run.json whole.jsonl.run.json
passed=yes
echo "cluster test: 16 shards, 2 killed and started anew; the merged results are the bytes of one run"
