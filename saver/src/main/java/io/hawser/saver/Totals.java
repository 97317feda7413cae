package io.hawser.saver;

import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SaverTotalsReply;
import io.hawser.saver.log.Lanes;
import io.hawser.saver.slots.Ownership;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;

/** What this saver has done since it started. */
final class Totals {
    private final Lanes lanes;
    private final Ownership ownership;
    private final MeterRegistry meters;

    Totals(Lanes lanes, Ownership ownership, MeterRegistry meters) {
        this.lanes = lanes;
        this.ownership = ownership;
        this.meters = meters;
    }

    void addTo(LinkServer.Builder server) {
        server.handle(SaverGrpc.getSaverTotalsMethod(), (request, caller) -> totals());
    }

    private CompletableFuture<SaverTotalsReply> totals() {
        return lanes.owed()
                .thenApply(owed -> SaverTotalsReply.newBuilder()
                        .setSlotsOwned(ownership.ownedSlots())
                        .setAppended(count("hawser.saver.appended"))
                        .setAcknowledged(count("hawser.saver.acknowledged"))
                        .setOwed(owed)
                        .build());
    }

    private long count(String counter) {
        return (long) meters.counter(counter).count();
    }
}
