package io.hawser.bench.chaos.check;

/** Why what was accepted need not come. */
enum Excuse {
    /** It had a time to live, which is over. */
    EXPIRED(Count.EXPIRED),
    /** A newer one has its collapse key, which was accepted, or came. */
    COLLAPSED(Count.COLLAPSED),
    /** Its sender asked for it back, and was not told that nobody was left to take it from. */
    RECALLED(Count.RECALLED);

    private final Count ofThoseThatNeverCame;

    Excuse(Count ofThoseThatNeverCame) {
        this.ofThoseThatNeverCame = ofThoseThatNeverCame;
    }

    Count ofThoseThatNeverCame() {
        return ofThoseThatNeverCame;
    }
}
