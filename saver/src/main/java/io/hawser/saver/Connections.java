package io.hawser.saver;

import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.log.LaneSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** Who holds a connection to MySQL at once, at most: as many as a pool has to have, so that nobody waits for another's. */
final class Connections {
    /** Of a lane: the commit, the fold, the next generations. */
    private static final int OF_A_LANE = 3;

    private static final int OF_OWNERSHIP = 1;

    private static final int KINDS_OF_BROADCASTS = 5;
    private static final int KINDS_OF_ENDPOINTS = 4;
    /** Uplinks, events and watches, each in order, and counts; its other calls are as many as a store's are. */
    private static final int OF_OUTBOX_ALONE = 3 + 1;
    /**
     * Changes and reads of bans, of bodies, of dead letters of mailboxes; changes, reads and lists of mailboxes that are held;
     * erasures; purges.
     */
    private static final int OF_THE_RARE = 2 + 2 + 2 + 3 + 1 + 1;

    /** Threads of the directory. */
    static final int OF_DIRECTORY = 2;

    private Connections() {}

    /** What users' logs take. */
    static int ofLogs(LaneSettings lanes) {
        return lanes.lanes() * (OF_A_LANE + LaneSettings.MAX_READS) + OF_OWNERSHIP;
    }

    /** What all else takes. */
    static int ofStores(BatchSettings broadcasts, BatchSettings endpoints) {
        return KINDS_OF_BROADCASTS * broadcasts.workers()
                + KINDS_OF_ENDPOINTS * endpoints.workers()
                + OF_OUTBOX_ALONE
                + BatchSettings.defaults().workers()
                + OF_THE_RARE
                + OF_DIRECTORY;
    }

    /** Refuses a pool that some of its users would have to wait for. */
    static void require(String key, int size, int users) {
        if (size < users) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    key + ": " + size + " (expected: at least " + users + ", one for each that needs one at once)");
        }
    }
}
