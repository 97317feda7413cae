package io.hawser.standalone.crash;

/**
 * Places between the steps of saver and center where a process may end. Each is the beginning or the end of a method, which
 * {@link CrashAgent} finds by its name; one that is not there any more fails the test.
 */
enum CrashPoint {
    /** Nothing has happened yet. */
    CENTER_BEFORE_APPEND("center.message.Appender", "append", Place.BEGINNING, Need.SENDS),
    /** The message is stored, and nobody knows: neither the caller nor who pushes. */
    CENTER_STORED("center.message.Sends", "watched", Place.BEGINNING, Need.SENDS),
    /** The caller has the answer, and the register was not asked. */
    CENTER_ANSWERED("center.message.Pushes", "stored", Place.BEGINNING, Need.SENDS),
    /** The register said where the user is, and no room was told. */
    CENTER_LOOKED_UP("center.message.Pushes", "pushOrSettle", Place.BEGINNING, Need.SENDS),
    /** The broadcast is stored, and whoever asked for it has no answer. */
    CENTER_BROADCAST_STORED("center.broadcast.Launcher", "begun", Place.BEGINNING, Need.BROADCAST),
    /** A part of it is leased to this center, which does not work on it yet. */
    CENTER_SLICE_LEASED("center.broadcast.Broadcasting$Slices", "hold", Place.BEGINNING, Need.BROADCAST),
    /** A room has answered its grant, or did not in time. */
    CENTER_PACE_GRANTED("center.broadcast.RoomSlice", "heard", Place.BEGINNING, Need.BROADCAST),
    /** Savers know how far its parts are, and the center does not know that they do. */
    CENTER_SLICE_REPORTED("center.broadcast.SliceDriver", "told", Place.BEGINNING, Need.BROADCAST),
    /** Users of a list have their messages, and no saver was told how far the list is. */
    CENTER_LIST_SENT("center.broadcast.ListWorker$Progress", "after", Place.BEGINNING, Need.BROADCAST),
    /** Redis has the entry, and no commit has it yet. */
    SAVER_IN_REDIS("saver.log.LaneCore", "accept", Place.BEGINNING, Need.SENDS),
    /** A batch was made up. */
    SAVER_BEFORE_COMMIT("saver.journal.Journal", "write", Place.BEGINNING, Need.SENDS),
    /** MySQL has the batch, and the lane does not know. */
    SAVER_COMMITTED("saver.journal.Journal", "write", Place.END, Need.SENDS),
    /** The lane knows, and nobody was answered. */
    SAVER_BEFORE_ANSWER("saver.log.LaneCore", "committed", Place.BEGINNING, Need.SENDS),
    /** The first of a batch was answered, the others were not. */
    SAVER_ANSWERED("saver.log.LogEntry", "commit", Place.END, Need.SENDS),
    /** Redis has trimmed what was acknowledged, and MySQL has all of it. */
    SAVER_ACKNOWLEDGED("saver.log.Acknowledge", "answered", Place.END, Need.SENDS),
    /** Before the journal's rows become rows of logs. */
    SAVER_BEFORE_FOLD("saver.journal.FoldWriter", "write", Place.BEGINNING, Need.SENDS),
    /** The rows of logs are written, and the journal's are there as well: in one transaction that is open. */
    SAVER_FOLDED("saver.journal.FoldWriter", "deleteBatches", Place.BEGINNING, Need.SENDS),
    /** Both are done, and nothing of it is committed. */
    SAVER_FOLD_OPEN("saver.journal.FoldWriter", "deleteBatches", Place.END, Need.SENDS),
    /** There is a file of the spool, and nothing in it but its head. */
    SAVER_SPOOL_CREATED("saver.spool.SpoolFile", "create", Place.END, Need.SPOOL_THAT_BEGINS),
    /** Messages are on the disk, and nobody was answered. */
    SAVER_SPOOLED("saver.spool.SpoolFile", "holds", Place.BEGINNING, Need.SPOOL_IN_USE),
    /** Their answers are handed to the lane; those before them were answered, and are in the spool alone. */
    SAVER_SPOOL_ANSWERED("saver.spool.SpoolWriter", "answer", Place.END, Need.SPOOL_IN_USE),
    /** MySQL has the first of a user's, and the spool does not know. */
    SAVER_SPOOL_COMMITTED("saver.spool.SpoolReplay", "next", Place.BEGINNING, Need.SPOOL_THAT_ENDS),
    /** All of a file is in MySQL, and the file is there. */
    SAVER_SPOOL_DONE("saver.spool.SpoolFiles", "end", Place.BEGINNING, Need.SPOOL_THAT_ENDS),
    /** Redis has the erased user's log empty, and no commit says so yet. */
    SAVER_ERASED_IN_REDIS("saver.log.Erase", "answered", Place.BEGINNING, Need.ERASURE),
    /** MySQL's journal says so as well. */
    SAVER_ERASURE_COMMITTED("saver.log.Erase", "committed", Place.BEGINNING, Need.ERASURE),
    /** The log is empty, and its rows and keys are there. */
    SAVER_LOG_ERASED("saver.erase.UserErasure", "forgetRequests", Place.BEGINNING, Need.ERASURE),
    /** Redis knows none of these keys, and MySQL all. */
    SAVER_KEYS_FORGOTTEN("saver.erase.LogRows", "delete", Place.BEGINNING, Need.ERASURE),
    /** No key is known, and other rows of the log may be there. */
    SAVER_KEYS_ERASED("saver.erase.UserErasure", "deleteRows", Place.BEGINNING, Need.ERASURE),
    /** What else is kept of the user is deleted, and nothing of that is committed. */
    SAVER_ALL_ERASED("saver.erase.UserErasure", "eraseOthers", Place.END, Need.ERASURE),
    /** What is to be dead letters is in MySQL, and the mailbox has it still. The first call only asks how far that is. */
    SAVER_LETTERS_BURIED("saver.LaneLogs", "acknowledge", Place.BEGINNING, Need.SKIP, 1),
    /** The mailbox was taken past them, and nobody is shown them. */
    SAVER_MAILBOX_SKIPPED("saver.hold.LetterRows", "confirm", Place.BEGINNING, Need.SKIP),
    /** They are dead letters, and the mailbox is held for them. */
    SAVER_SKIP_DONE("saver.hold.HoldRows", "delete", Place.BEGINNING, Need.SKIP),
    /** MySQL has the slots' next generation, and Redis the one before. */
    SAVER_GENERATION_RAISED("saver.slots.SlotRows", "next", Place.END, Need.FLUSHED_REDIS),
    /** The dead owner is dead in MySQL, and its journal is not folded. */
    SAVER_OWNER_DECLARED_DEAD("saver.slots.Incarnations", "declareDead", Place.END, Need.DEAD_SAVER),
    /** Some of the dead owner's journal is folded. */
    SAVER_FOLDING_ANOTHERS("saver.journal.Folds", "foldSome", Place.END, Need.DEAD_SAVER),
    /** The slots are this saver's in MySQL, and no lane has them. */
    SAVER_SLOTS_TAKEN("saver.slots.SlotRows", "take", Place.END, Need.DEAD_SAVER);

    private static final String PACKAGE = "io/hawser/";

    enum Place {
        BEGINNING,
        END
    }

    /** What has to happen for a process to come by. */
    enum Need {
        SENDS,
        BROADCAST,
        /** MySQL stands still, and nothing is in a spool yet. */
        SPOOL_THAT_BEGINS,
        /** MySQL stands still, and each user has something in a spool. */
        SPOOL_IN_USE,
        /** The same, and MySQL goes on. */
        SPOOL_THAT_ENDS,
        ERASURE,
        /** A mailbox was held, and its client fails once more. */
        SKIP,
        FLUSHED_REDIS,
        DEAD_SAVER
    }

    private final String type;
    private final String method;
    private final Place place;
    private final Need need;
    private final int passes;

    CrashPoint(String type, String method, Place place, Need need) {
        this(type, method, place, need, 0);
    }

    CrashPoint(String type, String method, Place place, Need need, int passes) {
        this.type = PACKAGE + type.replace('.', '/');
        this.method = method;
        this.place = place;
        this.need = need;
        this.passes = passes;
    }

    /** The class's name as it stands in class files. */
    String type() {
        return type;
    }

    String method() {
        return method;
    }

    Place place() {
        return place;
    }

    Need need() {
        return need;
    }

    /** How often a process comes by unharmed once it is armed. */
    int passes() {
        return passes;
    }

    boolean isOfSpools() {
        return switch (need) {
            case SPOOL_THAT_BEGINS, SPOOL_IN_USE, SPOOL_THAT_ENDS -> true;
            case SENDS, BROADCAST, ERASURE, SKIP, FLUSHED_REDIS, DEAD_SAVER -> false;
        };
    }
}
