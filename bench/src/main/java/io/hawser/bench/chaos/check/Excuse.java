package io.hawser.bench.chaos.check;

/** Why what was accepted need not come. */
enum Excuse {
    /** It had a time to live. */
    EXPIRED(Count.EXPIRED),
    /** A newer one, which may have been accepted, has its collapse key. */
    COLLAPSED(Count.COLLAPSED),
    /** Its sender asked for it back. */
    RECALLED(Count.RECALLED);

    private final Count ofThoseThatNeverCame;

    Excuse(Count ofThoseThatNeverCame) {
        this.ofThoseThatNeverCame = ofThoseThatNeverCame;
    }

    Count ofThoseThatNeverCame() {
        return ofThoseThatNeverCame;
    }
}
