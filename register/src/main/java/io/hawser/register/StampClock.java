package io.hawser.register;

import io.hawser.rpc.v1.Stamp;

/**
 * Gives the stamps of a lane: each above all that it gave or was shown before (Lamport, 1978).
 *
 * <p>A new owner of a slot has a higher membership version than the one before, and so outranks it without asking. What
 * rooms pour is witnessed too: an owner whose view lags behind would otherwise stamp below what it was just told.
 */
final class StampClock {
    private long version;
    private long counter;

    /** Takes note of the membership version that slots are owned in. */
    void see(long membershipVersion) {
        advance(membershipVersion, 0);
    }

    /** Returns the next stamp, of the latest membership version that was seen or witnessed. */
    Stamp next() {
        counter++;
        return Stamp.newBuilder()
                .setMembershipVersion(version)
                .setCounter(counter)
                .build();
    }

    void witness(Stamp stamp) {
        advance(stamp.getMembershipVersion(), stamp.getCounter());
    }

    /** Orders stamps: the later is the greater. */
    static int compare(Stamp a, Stamp b) {
        return compare(a.getMembershipVersion(), a.getCounter(), b);
    }

    /** As {@link #compare(Stamp, Stamp)}, of a stamp by its parts. */
    static int compare(long version, long counter, Stamp other) {
        int versions = Long.compareUnsigned(version, other.getMembershipVersion());
        return versions != 0 ? versions : Long.compareUnsigned(counter, other.getCounter());
    }

    private void advance(long toVersion, long toCounter) {
        int order = Long.compareUnsigned(toVersion, version);
        if (order > 0) {
            version = toVersion;
            counter = toCounter;
        } else if (order == 0 && Long.compareUnsigned(toCounter, counter) > 0) {
            counter = toCounter;
        }
    }
}
