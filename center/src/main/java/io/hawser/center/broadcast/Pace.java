package io.hawser.center.broadcast;

import io.hawser.rpc.v1.App;

/**
 * How fast a broadcast goes, and whether it waits for others of its app.
 *
 * @param membersPerSecond over the whole platform; 0: as fast as the rooms can
 * @param serial of a large app: one at a time, so that two do not double the load
 */
record Pace(int membersPerSecond, boolean serial) {
    /**
     * Returns the pace of a broadcast: what is asked for, else the platform's where it is large; never more than the app's.
     *
     * @param size sessions of the app, or users of the list
     * @param asked 0: nothing
     */
    static Pace of(App app, long size, int asked, BroadcastSettings settings) {
        boolean large = size > settings.smallApp();
        int wanted = asked == 0 && large ? settings.membersPerSecond() : asked;
        int most = app.getMaxBroadcastMembersPerSecond();
        return new Pace(most == 0 ? wanted : wanted == 0 ? most : Math.min(wanted, most), large);
    }

    /** Returns the pace of a list: as above, and each user's is a send, of which the app has so many a second. */
    static Pace ofList(App app, int users, int asked, BroadcastSettings settings) {
        Pace pace = of(app, users, asked, settings);
        int most = app.getMaxSendsPerSecond();
        boolean within = most == 0 || (pace.membersPerSecond > 0 && pace.membersPerSecond <= most);
        return within ? pace : new Pace(most, pace.serial);
    }
}
