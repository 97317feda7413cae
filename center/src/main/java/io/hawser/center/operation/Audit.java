package io.hawser.center.operation;

import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.ListAuditRequest;
import io.hawser.api.v1.ListAuditResponse;
import io.hawser.center.access.Principal.Operator;
import io.hawser.center.link.Savers;
import io.hawser.rpc.v1.AppendAuditReply;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.ListAuditReply;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of what operators did, and of who had a user erased. A change and its entry are stored together; a refusal's
 * entry is stored by itself.
 */
public final class Audit {
    static final String OK = "OK";
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    private static final int MAX_CHARS = 256;

    private final Savers savers;
    private final Clock clock;
    private final Counter lost;

    public Audit(Savers savers, Clock clock, MeterRegistry meters) {
        this.savers = savers;
        this.clock = clock;
        this.lost = Counter.builder("hawser.center.audit.lost")
                .description("Refusals whose audit entry could not be stored; they are in the service's log")
                .register(meters);
    }

    /** The entry of a change that goes with it. */
    AuditEntry entry(Act act, String detail) {
        return entry(act, detail, OK);
    }

    /** The entry of what was done by others than {@link OperationsService}. */
    AuditEntry entry(String actor, String act, String object, String detail, String outcome) {
        return AuditEntry.newBuilder()
                .setAtMs(clock.millis())
                .setActor(actor)
                .setAct(act)
                .setObject(shortened(object))
                .setDetail(shortened(detail))
                .setOutcome(outcome)
                .build();
    }

    /** Stores an entry without which the act must not be; fails where it cannot be stored. */
    CompletableFuture<AppendAuditReply> insist(AuditEntry entry) {
        return savers.any(SaverGrpc.getAppendAuditMethod(), entry);
    }

    /** Notes an act that was refused or failed. Completes once that is done, and never fails. */
    CompletableFuture<Void> refused(Act act, ErrorCode code, String detail) {
        return note(entry(act, detail, code.name()));
    }

    /** Stores an entry. Completes once that is done, and never fails. */
    CompletableFuture<Void> note(AuditEntry entry) {
        return savers.any(SaverGrpc.getAppendAuditMethod(), entry).handle((reply, failure) -> {
            if (failure != null) {
                lost.increment();
                LOG.warn(
                        "Audit entry not stored: {} {} {} {} {}",
                        entry.getActor(),
                        entry.getAct(),
                        entry.getObject(),
                        entry.getOutcome(),
                        entry.getDetail(),
                        failure);
            }
            return null;
        });
    }

    CompletableFuture<ListAuditResponse> list(ListAuditRequest request) {
        Page page = Page.of("audit", request.getPageSize(), request.getPageToken());
        var read = io.hawser.rpc.v1.ListAuditRequest.newBuilder()
                .setBefore(page.position())
                .setMaxEntries(page.size())
                .build();
        return savers.any(SaverGrpc.getListAuditMethod(), read).thenApply(reply -> view(reply, page));
    }

    private AuditEntry entry(Act act, String detail, String outcome) {
        return entry(act.operator().actor(), act.name(), act.object(), detail, outcome);
    }

    /** What callers wrote may be of any length; an entry is not. */
    private static String shortened(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
    }

    private static ListAuditResponse view(ListAuditReply reply, Page page) {
        ListAuditResponse.Builder view = ListAuditResponse.newBuilder();
        reply.getEntriesList()
                .forEach(entry -> view.addEntriesBuilder()
                        .setNumber(entry.getNumber())
                        .setAt(Timestamps.fromMillis(entry.getAtMs()))
                        .setActor(entry.getActor())
                        .setAct(entry.getAct())
                        .setObject(entry.getObject())
                        .setDetail(entry.getDetail())
                        .setOutcome(entry.getOutcome()));
        if (reply.getEntriesCount() == page.size()) {
            view.setNextPageToken(page.next(reply.getEntriesList().getLast().getNumber()));
        }
        return view.build();
    }

    /**
     * What an operator sets out to do.
     *
     * @param name "CreateApp"
     * @param object "apps/demo"
     */
    record Act(Operator operator, String name, String object) {
        Act {
            object = shortened(object);
        }
    }
}
