package io.hawser.saver.redis;

import java.util.Optional;

/**
 * What a Redis says of itself.
 *
 * @param runId of the process
 * @param replicationId of its data's history: another one after each promotion, and after it was a replica
 * @param lastWrite how the last write to its append-only file ended: {@code ok}, or {@code err}; empty where it does not tell
 */
record ServerInfo(String runId, String replicationId, String role, String maxMemoryPolicy, String lastWrite) {
    private static final int SHOWN_OF_REPLICATION_ID = 20;

    /** Reads the answer to INFO. */
    static ServerInfo of(String info) {
        return new ServerInfo(
                value(info, "run_id:"),
                value(info, "master_replid:"),
                value(info, "role:"),
                value(info, "maxmemory_policy:"),
                find(info, "aof_last_write_status:").orElse(""));
    }

    /**
     * Returns what names it and its data, where it keeps what it is given. The process alone does not: one that was a
     * replica in between, and is a master again, has another's data.
     *
     * @throws UnfitRedisException where it evicts
     * @throws RefusingRedisException where it cannot write its file, and so refuses whatever is to be written
     * @throws IllegalStateException where it is a replica
     */
    String accept() {
        if (!maxMemoryPolicy.equals("noeviction")) {
            throw new UnfitRedisException("maxmemory-policy of Redis: " + maxMemoryPolicy + " (expected: noeviction)");
        }
        if (!role.equals("master")) {
            throw new IllegalStateException("role of Redis: " + role + " (expected: master)");
        }
        if (lastWrite.equals("err")) {
            throw new RefusingRedisException("aof_last_write_status of Redis: err (expected: ok; is its disk full?)");
        }
        return runId + ":" + replicationId.substring(0, Math.min(SHOWN_OF_REPLICATION_ID, replicationId.length()));
    }

    private static String value(String info, String prefix) {
        return find(info, prefix).orElseThrow(() -> new IllegalStateException("INFO of Redis: no " + prefix));
    }

    private static Optional<String> find(String info, String prefix) {
        return info.lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .map(line -> line.substring(prefix.length()).trim());
    }
}
