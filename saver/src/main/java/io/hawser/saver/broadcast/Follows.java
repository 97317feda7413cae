package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.AppNews;
import io.hawser.rpc.v1.FollowBroadcastsReply;
import io.hawser.rpc.v1.FollowBroadcastsRequest;
import io.hawser.rpc.v1.FollowedApp;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What is new, for all rooms that asked meanwhile, in one snapshot: one look at the apps' rows tells who has nothing new,
 * and what is new is read once for all that know as much.
 */
final class Follows implements BatchWork<FollowBroadcastsRequest, FollowBroadcastsReply> {
    private static final int APPS_A_STATEMENT = 1_000;

    private final EntryPages pages;
    private final BroadcastMeters meters;

    Follows(EntryPages pages, BroadcastMeters meters) {
        this.pages = pages;
        this.meters = meters;
    }

    @Override
    public void serve(Connection connection, List<Asked<FollowBroadcastsRequest, FollowBroadcastsReply>> batch)
            throws SQLException {
        Map<String, AppLog.Position> positions = positions(connection, batch);
        Map<Known, News> read = new HashMap<>();
        for (Asked<FollowBroadcastsRequest, FollowBroadcastsReply> asked : batch) {
            asked.answer(reply(connection, asked.request(), positions, read));
        }
    }

    private record Known(String app, long bseq, long change) {}

    private static Map<String, AppLog.Position> positions(
            Connection connection, List<Asked<FollowBroadcastsRequest, FollowBroadcastsReply>> batch)
            throws SQLException {
        TreeSet<String> apps = new TreeSet<>();
        batch.forEach(asked -> asked.request().getAppsList().forEach(followed -> apps.add(followed.getApp())));
        List<String> all = new ArrayList<>(apps);
        Map<String, AppLog.Position> positions = new HashMap<>();
        for (int from = 0; from < all.size(); from += APPS_A_STATEMENT) {
            List<String> some = all.subList(from, Math.min(all.size(), from + APPS_A_STATEMENT));
            AppLog.read(connection, some).forEach(position -> positions.put(position.app(), position));
        }
        return positions;
    }

    private FollowBroadcastsReply reply(
            Connection connection,
            FollowBroadcastsRequest request,
            Map<String, AppLog.Position> positions,
            Map<Known, News> read)
            throws SQLException {
        Budget budget = Budget.of(request.getMaxEntries(), request.getMaxBytes());
        FollowBroadcastsReply.Builder reply = FollowBroadcastsReply.newBuilder();
        for (FollowedApp follower : request.getAppsList()) {
            AppLog.Position position =
                    positions.getOrDefault(follower.getApp(), AppLog.Position.none(follower.getApp()));
            if (follower.getFromNow()) {
                reply.addApps(now(position));
            } else if (News.isNewFor(follower, position)) {
                reply.addApps(news(connection, follower, position, read).fitting(budget));
            }
        }
        reply.getAppsList().forEach(news -> meters.followed.increment(news.getEntriesCount()));
        return reply.build();
    }

    private static AppNews now(AppLog.Position position) {
        return AppNews.newBuilder()
                .setApp(position.app())
                .setWatermark(position.watermark())
                .setChange(position.changed())
                .setTrimmedTo(position.trimmedTo())
                .build();
    }

    private News news(Connection connection, FollowedApp follower, AppLog.Position position, Map<Known, News> read)
            throws SQLException {
        Known known = new Known(follower.getApp(), follower.getAfterBseq(), follower.getAfterChange());
        News present = read.get(known);
        if (present == null) {
            present = News.read(connection, follower, position, pages);
            read.put(known, present);
        }
        return present;
    }
}
