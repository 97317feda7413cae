package io.hawser.stores;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;

/**
 * Keeps a ZooKeeper's directory from growing with each start. ZooKeeper has a tool for it, which prints to standard output:
 * that belongs to what was asked for.
 */
final class ZooKeeperFiles {
    private static final int SNAPSHOTS_KEPT = 3;
    private static final String SNAPSHOT = "snapshot";

    private ZooKeeperFiles() {}

    /** Deletes the snapshots before the newest ones, and the logs that only those need. */
    static void deleteOld(FileTxnSnapLog files) throws IOException {
        List<File> kept = files.findNValidSnapshots(SNAPSHOTS_KEPT);
        if (kept.size() < SNAPSHOTS_KEPT) {
            return;
        }
        long oldestKept = Util.getZxidFromName(kept.getLast().getName(), SNAPSHOT);
        Collection<File> needed = new ArrayList<>(kept);
        needed.addAll(Arrays.asList(files.getSnapshotLogs(oldestKept)));
        for (File file : allIn(files)) {
            if (!needed.contains(file)) {
                Files.deleteIfExists(file.toPath());
            }
        }
    }

    private static List<File> allIn(FileTxnSnapLog files) {
        File[] found = files.getSnapDir().listFiles((directory, name) -> name.matches("(log|snapshot)\\..*"));
        return found == null ? List.of() : List.of(found);
    }
}
