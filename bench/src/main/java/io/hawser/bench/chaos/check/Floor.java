package io.hawser.bench.chaos.check;

/**
 * What has to have flowed at the least, for each second of the sending in which nothing was broken: a run with less proves
 * nothing.
 *
 * @param sends messages and broadcasts that were accepted, and as many that came
 * @param uplinks that the back end took
 * @param spooled messages that spools accepted, for each second in which MySQL was out
 */
public record Floor(double sends, double uplinks, double spooled) {
    /** Even nothing would do: for what is no run. */
    static final Floor NONE = new Floor(0, 0, 0);

    public Floor {
        if (sends < 0 || uplinks < 0 || spooled < 0) {
            throw new IllegalArgumentException(
                    "floor: " + sends + ", " + uplinks + ", " + spooled + " a second (expected: 0 or more)");
        }
    }

    /** What that makes in so long, and one where it makes less; none where nothing is asked for. */
    static long least(double perSecond, double seconds) {
        return perSecond == 0 ? 0 : Math.max(1, (long) Math.ceil(perSecond * seconds));
    }
}
