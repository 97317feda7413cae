package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.check.Floor;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.measure.BenchException;

/**
 * How much of everything there is.
 *
 * @param seed whatever is drawn is drawn from it
 * @param users of the app whose devices have a mailbox each; half of them are in the one whose users have one, and in the one
 *     whose messages are accepted while MySQL is out; a quarter in the one that has one for each class of devices
 * @param perSecond messages, over all users; broadcasts are a tenth of that, uplinks half
 */
public record LoadSettings(long seed, int users, double perSecond) {
    /** Of what is sent, in a time in which nothing is broken: with less a run is no proof. */
    private static final double LEAST = 0.2;

    private static final double UPLINKS = 0.5;
    private static final double BROADCASTS_OF_AN_APP = 0.05;
    private static final int EVENTS_OF_AN_UPLINK = 4;
    private static final int EVENTS_OF_A_SEND = 2;
    /** Of a device that comes, goes, or changes its room: at a tenth a second. */
    private static final double EVENTS_OF_A_DEVICE = 0.6;

    private static final int MOST_USERS = 200;
    /** So that each app has something sent to it soon after a fault. */
    private static final double LEAST_PER_SECOND = 1;

    private static final double MOST_PER_SECOND = 2_000;

    public LoadSettings {
        if (users < 2 || users > MOST_USERS) {
            throw new BenchException("--users: " + users + " (expected: 2 to " + MOST_USERS + ")");
        }
        if (!(perSecond >= LEAST_PER_SECOND && perSecond <= MOST_PER_SECOND)) {
            throw new BenchException(
                    "--rate: " + perSecond + " (expected: " + LEAST_PER_SECOND + " to " + MOST_PER_SECOND + ")");
        }
    }

    double uplinksPerSecond() {
        return perSecond * UPLINKS;
    }

    double broadcastsPerSecond() {
        return perSecond * BROADCASTS_OF_AN_APP;
    }

    /** What has to flow, for a run to be a proof. */
    public Floor floor() {
        return new Floor(perSecond * LEAST, uplinksPerSecond() * LEAST, availablePerSecond() * LEAST);
    }

    /** What is sent to users of apps that are available. */
    private double availablePerSecond() {
        Cast cast = Casting.draw(this);
        long users = cast.users().stream()
                .filter(user -> cast.available().contains(user.app()))
                .count();
        return perSecond * users / cast.users().size();
    }

    /** About so many are written down. */
    public double eventsPerSecond() {
        Cast cast = Casting.draw(this);
        int devices = cast.endpoints().size();
        double messages =
                perSecond * (EVENTS_OF_A_SEND + (double) devices / cast.users().size());
        double broadcasts =
                broadcastsPerSecond() * (EVENTS_OF_A_SEND * cast.policies().size() + devices);
        return messages + broadcasts + uplinksPerSecond() * EVENTS_OF_AN_UPLINK + devices * EVENTS_OF_A_DEVICE;
    }
}
