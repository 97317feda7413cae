package io.hawser.bench.chaos.check;

/**
 * A fault, and how the flow fared.
 *
 * @param struckNanos when it began
 * @param healedNanos when what it broke ran again
 * @param flowedNanos when the last message that took over a second had come; not after {@code struckNanos}: none did
 * @param slow how many took over a second
 * @param longestDeliveryNanos the longest that somebody was there between a message's acceptance and its arrival, of those that
 *     waited longest from this strike to the next
 * @param lost copies of what was accepted in that time that never came, and had to
 * @param longestSendNanos the most that passed, of what was accepted in that time, between sending and acceptance
 * @param spooled of what was accepted in that time, what a saver's spool accepted
 */
public record Recovery(
        int number,
        String fault,
        String what,
        long struckNanos,
        long healedNanos,
        long flowedNanos,
        long slow,
        long longestDeliveryNanos,
        long lost,
        long longestSendNanos,
        long spooled) {
    /** From the strike until messages flowed again; 0: they never stopped. */
    public double secondsFromStrike() {
        return Math.max(0, flowedNanos - struckNanos) / 1e9;
    }

    /** From the end of the healing until messages flowed again; 0: they did by then. */
    public double secondsFromHealing() {
        return Math.max(0, flowedNanos - healedNanos) / 1e9;
    }

    public double secondsHeld() {
        return (healedNanos - struckNanos) / 1e9;
    }

    public double secondsOfLongestDelivery() {
        return longestDeliveryNanos / 1e9;
    }

    public double secondsOfLongestSend() {
        return longestSendNanos / 1e9;
    }
}
