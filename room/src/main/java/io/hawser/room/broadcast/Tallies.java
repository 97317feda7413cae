package io.hawser.room.broadcast;

import org.jspecify.annotations.Nullable;

/** The tallies that an event loop counts in at present: those of a run are wanted in turn, again and again. */
final class Tallies {
    private static final int KEPT = 64;

    private final String app;
    private final Progress progress;
    private final long[] numbers = new long[KEPT];
    private final Progress.@Nullable Tally[] tallies = new Progress.Tally[KEPT];

    Tallies(String app, Progress progress) {
        this.app = app;
        this.progress = progress;
    }

    Progress.Tally of(long bseq) {
        int place = (int) (bseq & (KEPT - 1));
        Progress.Tally known = tallies[place];
        if (known == null || numbers[place] != bseq || known.isOver()) {
            known = progress.of(app, bseq);
            tallies[place] = known;
            numbers[place] = bseq;
        }
        return known;
    }
}
