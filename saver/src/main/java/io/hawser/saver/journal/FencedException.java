package io.hawser.saver.journal;

/** This saver's incarnation was declared dead: what it believes to own is another's. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long incarnation;

    public FencedException(long incarnation) {
        super("incarnation " + incarnation + " is not alive any more");
        this.incarnation = incarnation;
    }

    /** Whose life is over. */
    public long incarnation() {
        return incarnation;
    }
}
