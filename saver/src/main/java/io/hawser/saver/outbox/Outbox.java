package io.hawser.saver.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.AppendEventsReply;
import io.hawser.rpc.v1.AppendEventsRequest;
import io.hawser.rpc.v1.AppendUplinkReply;
import io.hawser.rpc.v1.AppendUplinkRequest;
import io.hawser.rpc.v1.BuryOutboxReply;
import io.hawser.rpc.v1.DeferOutboxReply;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.SettleOutboxReply;
import io.hawser.rpc.v1.SettleWatchesReply;
import io.hawser.rpc.v1.WatchDeliveryReply;
import io.hawser.rpc.v1.WatchDeliveryRequest;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Batcher;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.journal.Transactions;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * What goes up to the apps' back ends, kept until it is delivered. Stateless over MySQL: any saver serves any of it.
 *
 * <p>Appends that wait together share a transaction. One worker makes them, so that what an endpoint sends without waiting
 * for answers is stored in the order in which it came here.
 */
public final class Outbox implements AutoCloseable {
    private static final int APPEND_WORKERS = 1;
    private static final int MAX_NONCE_BYTES = 64;
    private static final int MAX_SETTLED = 10_000;

    private final Clock clock;
    private final Pending pending;
    private final Batcher<Append.Uplink, AppendUplinkReply> uplinks;
    private final Batcher<ToldEvents, AppendEventsReply> events;
    private final Batcher<WatchDeliveryRequest, WatchDeliveryReply> watches;
    private final StoreCalls calls;
    private final Counter stored;
    private final Counter refused;
    private final Counter late;

    public Outbox(DataSource database, BatchSettings settings, Clock clock, MeterRegistry meters) {
        this.clock = clock;
        BatchSettings inOrder =
                new BatchSettings(APPEND_WORKERS, settings.maxQueued(), settings.maxBatch(), settings.maxAttempts());
        this.pending = new Pending(
                new StoreCalls("outbox.pending", inOrder, database, meters), () -> System.nanoTime() / 1_000_000);
        this.uplinks =
                new Batcher<>("outbox.uplinks", Batcher.View.COMMITTED, inOrder, database, meters, this::appendUplinks);
        this.events =
                new Batcher<>("outbox.events", Batcher.View.COMMITTED, inOrder, database, meters, this::appendEvents);
        this.watches =
                new Batcher<>("outbox.watches", Batcher.View.COMMITTED, inOrder, database, meters, Outbox::addWatches);
        this.calls = new StoreCalls("outbox", settings, database, meters);
        this.stored = meters.counter("hawser.saver.outbox.stored");
        this.refused = meters.counter("hawser.saver.outbox.refused");
        this.late = meters.counter("hawser.saver.outbox.late");
    }

    public void addTo(LinkServer.Builder server) {
        server.handle(
                OutboxGrpc.getAppendUplinkMethod(),
                (request, caller) -> uplinks.submit(request.getApp(), checked(request)));
        server.handle(
                OutboxGrpc.getAppendEventsMethod(),
                (request, caller) -> events.submit(caller.app(), new ToldEvents(checked(request), caller)));
        server.handle(
                OutboxGrpc.getWatchDeliveryMethod(), (watch, caller) -> watches.submit(watch.getApp(), checked(watch)));
        addReads(server);
        addWrites(server);
    }

    @Override
    public void close() {
        uplinks.close();
        events.close();
        watches.close();
        calls.close();
        pending.close();
    }

    private void addReads(LinkServer.Builder server) {
        serve(server, OutboxGrpc.getReadOutboxMethod(), r -> c -> OutboxReads.read(c, r));
        serve(server, OutboxGrpc.getListOutboxAppsMethod(), r -> OutboxReads::apps);
        serve(server, OutboxGrpc.getListDeadLettersMethod(), r -> c -> DeadLetters.list(c, r));
        serve(server, OutboxGrpc.getReadDueWatchesMethod(), r -> c -> Watches.due(c, r, clock.millis()));
        serve(server, OutboxGrpc.getListToldOnlineMethod(), r -> c -> ToldOnlineRows.list(c, r));
    }

    private void addWrites(LinkServer.Builder server) {
        serve(server, OutboxGrpc.getSettleOutboxMethod(), r -> {
            atMost("ids", r.getIdsCount());
            return c -> {
                OutboxWrites.settle(c, r.getIdsList());
                return SettleOutboxReply.getDefaultInstance();
            };
        });
        serve(server, OutboxGrpc.getDeferOutboxMethod(), r -> {
            atMost("items", r.getItemsCount());
            return c -> {
                OutboxWrites.defer(c, r);
                return DeferOutboxReply.getDefaultInstance();
            };
        });
        serve(server, OutboxGrpc.getBuryOutboxMethod(), r -> c -> {
            OutboxWrites.bury(c, r, clock.millis());
            return BuryOutboxReply.getDefaultInstance();
        });
        serve(server, OutboxGrpc.getRedriveDeadLettersMethod(), r -> {
            letters(r.getApp(), r.getIdsCount());
            return c -> DeadLetters.redrive(c, r, clock.millis());
        });
        serve(server, OutboxGrpc.getDropDeadLettersMethod(), r -> {
            letters(r.getApp(), r.getIdsCount());
            return c -> DeadLetters.drop(c, r);
        });
        serve(server, OutboxGrpc.getSettleWatchesMethod(), r -> c -> {
            Watches.settle(c, r.getWatchesList());
            return SettleWatchesReply.getDefaultInstance();
        });
    }

    private <Q extends MessageLite, R extends MessageLite> void serve(
            LinkServer.Builder server, MethodDescriptor<Q, R> method, Function<Q, Transactions.Work<R>> work) {
        server.handle(method, (request, caller) -> calls.run(caller.app(), work.apply(request)));
    }

    private void appendUplinks(Connection connection, List<Asked<Append.Uplink, AppendUplinkReply>> batch)
            throws SQLException {
        List<Append.Uplink> appends = batch.stream().map(Asked::request).toList();
        List<AppendTransaction.Outcome> outcomes = append(connection, appends);
        for (int i = 0; i < outcomes.size(); i++) {
            AppendTransaction.Outcome outcome = outcomes.get(i);
            Append.Uplink uplink = appends.get(i);
            if (outcome.refused()) {
                batch.get(i).refuse(tooMuch(uplink));
            } else {
                batch.get(i).answer(uplink.reply(outcome.storedBefore(), outcome.storedNow(), outcome.item()));
            }
        }
    }

    /** Who does not wait any more tells them again: to store them now as well would be work for nobody, when it is most. */
    private void appendEvents(Connection connection, List<Asked<ToldEvents, AppendEventsReply>> batch)
            throws SQLException {
        List<Asked<ToldEvents, AppendEventsReply>> awaited = new ArrayList<>(batch.size());
        for (Asked<ToldEvents, AppendEventsReply> asked : batch) {
            if (asked.request().isAwaited()) {
                awaited.add(asked);
            } else {
                late.increment();
                asked.refuse(HawserException.refusal(ErrorCode.DEADLINE_EXCEEDED, "outbox: nobody waits any more"));
            }
        }
        appendAwaited(connection, awaited);
    }

    private void appendAwaited(Connection connection, List<Asked<ToldEvents, AppendEventsReply>> batch)
            throws SQLException {
        List<Append.Event> appends = batch.stream()
                .flatMap(asked -> asked.request().appends().stream())
                .toList();
        List<AppendTransaction.Outcome> outcomes = appends.isEmpty() ? List.of() : append(connection, appends);
        int from = 0;
        for (Asked<ToldEvents, AppendEventsReply> asked : batch) {
            int to = from + asked.request().appends().size();
            asked.answer(reply(outcomes.subList(from, to)));
            from = to;
        }
    }

    /** Events, and who waits for them to be stored. */
    private record ToldEvents(List<Append.Event> appends, Caller caller) {
        ToldEvents(AppendEventsRequest request, Caller caller) {
            this(
                    request.getEventsList().stream()
                            .map(event -> new Append.Event(StreamId.ofEvents(event), event, request.getMaxPending()))
                            .toList(),
                    caller);
        }

        boolean isAwaited() {
            return caller.remaining().isPositive();
        }
    }

    private List<AppendTransaction.Outcome> append(Connection connection, List<? extends Append> appends)
            throws SQLException {
        pending.refresh(appends);
        List<AppendTransaction.Outcome> outcomes =
                new AppendTransaction(connection, clock.millis(), pending::takes).run(appends);
        for (AppendTransaction.Outcome outcome : outcomes) {
            if (outcome.refused()) {
                refused.increment();
            } else if (outcome.item() != null) {
                stored.increment();
            }
        }
        return outcomes;
    }

    private static AppendEventsReply reply(List<AppendTransaction.Outcome> outcomes) {
        AppendEventsReply.Builder reply = AppendEventsReply.newBuilder();
        int refused = 0;
        for (AppendTransaction.Outcome outcome : outcomes) {
            refused += outcome.refused() ? 1 : 0;
            reply.addItems(outcome.itemOrNone());
        }
        return reply.setRefused(refused).build();
    }

    private static void addWatches(Connection connection, List<Asked<WatchDeliveryRequest, WatchDeliveryReply>> batch)
            throws SQLException {
        Watches.add(connection, batch.stream().map(Asked::request).toList());
        batch.forEach(asked -> asked.answer(WatchDeliveryReply.getDefaultInstance()));
    }

    private static Append.Uplink checked(AppendUplinkRequest request) {
        ByteString nonce = request.getInstallationNonce();
        if (nonce.isEmpty() || nonce.size() > MAX_NONCE_BYTES) {
            throw invalid("installation_nonce: " + nonce.size() + " bytes (expected: 1 to " + MAX_NONCE_BYTES + ")");
        }
        if (request.getNumber() <= request.getPrev() || request.getPrev() < 0) {
            throw invalid("number: " + Long.toUnsignedString(request.getNumber()) + " (expected: more than prev, "
                    + Long.toUnsignedString(request.getPrev()) + ")");
        }
        return new Append.Uplink(StreamId.ofUplinks(request.getApp(), request.getUser(), request.getDevice()), request);
    }

    private static AppendEventsRequest checked(AppendEventsRequest request) {
        atMost("events", request.getEventsCount());
        request.getEventsList().forEach(StreamId::ofEvents);
        return request;
    }

    private static WatchDeliveryRequest checked(WatchDeliveryRequest watch) {
        StreamId.of(watch.getApp(), watch.getUser(), "", true);
        return watch;
    }

    private static void letters(String app, int count) {
        String id = new AppId(app).value();
        if (count > DeadLetters.MAX_A_REQUEST) {
            throw invalid("ids: " + count + " of app " + id + " (expected: at most " + DeadLetters.MAX_A_REQUEST + ")");
        }
    }

    private static void atMost(String name, int count) {
        if (count > MAX_SETTLED) {
            throw invalid(name + ": " + count + " (expected: at most " + MAX_SETTLED + ")");
        }
    }

    private static HawserException tooMuch(Append append) {
        return HawserException.refusal(
                ErrorCode.RESOURCE_EXHAUSTED,
                "outbox: too much is undelivered of app " + append.stream().app() + " (expected: at most "
                        + append.maxPending() + ")");
    }

    private static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
