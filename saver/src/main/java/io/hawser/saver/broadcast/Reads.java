package io.hawser.saver.broadcast;

import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.ReadBroadcastsReply;
import io.hawser.rpc.v1.ReadBroadcastsRequest;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Stretches of logs, each of one view. */
final class Reads implements BatchWork<ReadBroadcastsRequest, ReadBroadcastsReply> {
    private final EntryPages pages;
    private final BroadcastMeters meters;

    Reads(EntryPages pages, BroadcastMeters meters) {
        this.pages = pages;
        this.meters = meters;
    }

    @Override
    public void serve(Connection connection, List<Asked<ReadBroadcastsRequest, ReadBroadcastsReply>> batch)
            throws SQLException {
        for (Asked<ReadBroadcastsRequest, ReadBroadcastsReply> asked : batch) {
            asked.answer(read(connection, asked.request()));
        }
    }

    private ReadBroadcastsReply read(Connection connection, ReadBroadcastsRequest request) throws SQLException {
        AppLog.Position position = AppLog.read(connection, List.of(request.getApp())).stream()
                .findFirst()
                .orElse(AppLog.Position.none(request.getApp()));
        long to = request.getTo() == 0 ? position.watermark() : Math.min(request.getTo(), position.watermark());
        Budget budget = Budget.of(request.getMaxEntries(), request.getMaxBytes());
        List<BroadcastEntry> fitting =
                budget.take(pages.read(connection, position, request.getAfter(), to, budget.entries()));
        meters.followed.increment(fitting.size());
        return ReadBroadcastsReply.newBuilder()
                .addAllEntries(fitting)
                .setCompleteTo(fitting.isEmpty() ? to : fitting.getLast().getBseq())
                .setTrimmedTo(position.trimmedTo())
                .build();
    }
}
