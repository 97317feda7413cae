package io.hawser.center.broadcast;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.hawser.api.v1.CreateBroadcastRequest;
import io.hawser.api.v1.Qos;
import io.hawser.center.broadcast.Reach.Users;
import io.hawser.center.message.Body;
import io.hawser.center.message.Draft;
import io.hawser.center.message.Draft.Wishes;
import io.hawser.center.message.Origin;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast that may be begun. Valid by construction.
 *
 * @param draft what is sent
 * @param membersPerSecond the pace that was asked for; 0: none
 * @param hash over all that was asked for: a repeat has the same
 * @param by whose order it is: "app/&lt;id of the key&gt;"
 */
record Order(Reach reach, Draft draft, int membersPerSecond, boolean urgent, ByteString hash, String by) {
    /** Most members a second that may be asked for. */
    private static final int MAX_PACE = 10_000_000;

    /**
     * Returns what a request asks for.
     *
     * @throws HawserException INVALID_ARGUMENT, BODY_TOO_LARGE
     */
    static Order of(CreateBroadcastRequest request, App app, Origin origin, String by) {
        Reach reach = Reach.of(request.getAudience());
        refuseWhatDoesNotFit(request, reach);
        Draft draft = Draft.of(app, wishes(request), origin);
        ByteString hash = draft.bodyHash().to(fingerprint(request));
        return new Order(reach, draft, request.getMembersPerSecond(), request.getUrgent(), hash, by);
    }

    private static void refuseWhatDoesNotFit(CreateBroadcastRequest request, Reach reach) {
        int pace = request.getMembersPerSecond();
        if (pace < 0 || pace > MAX_PACE) {
            throw refusal("members_per_second: " + Integer.toUnsignedString(pace) + " (expected: 1 to " + MAX_PACE
                    + ", or 0 for the default)");
        }
        if (!(reach instanceof Users) && !request.getCollapseKey().isEmpty()) {
            throw refusal("collapse_key: set (expected: none, but with audience.users)");
        }
        if (request.getQos() == Qos.TRANSIENT) {
            refuseWhatTakesTime(request, reach);
        }
    }

    private static void refuseWhatTakesTime(CreateBroadcastRequest request, Reach reach) {
        if (reach instanceof Users) {
            throw refusal("qos: TRANSIENT (expected: DURABLE or NOTIFY, with audience.users)");
        }
        if (request.getMembersPerSecond() != 0 || request.getUrgent()) {
            throw refusal((request.getUrgent() ? "urgent" : "members_per_second")
                    + ": set (expected: none, as TRANSIENT is written at once)");
        }
    }

    private static Wishes wishes(CreateBroadcastRequest request) {
        return new Wishes(
                request.getQos(),
                body(request),
                request.hasTtl(),
                request.getTtl(),
                request.getCollapseKey(),
                request.getIdempotencyKey(),
                request.getHeadersMap(),
                request.hasNotify() ? request.getNotify() : null);
    }

    private static @Nullable Body body(CreateBroadcastRequest request) {
        return switch (request.getBodyCase()) {
            case TEXT -> new Body(request.getTextBytes(), true);
            case DATA -> new Body(request.getData(), false);
            case BODY_NOT_SET -> null;
        };
    }

    /** All that a send has not. The audience is as it was given: one named twice makes another request. */
    private static String fingerprint(CreateBroadcastRequest request) {
        Message others = CreateBroadcastRequest.newBuilder()
                .setAudience(request.getAudience())
                .setMembersPerSecond(request.getMembersPerSecond())
                .setUrgent(request.getUrgent())
                .build();
        return Base64.getEncoder().encodeToString(others.toByteArray());
    }

    private static HawserException refusal(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
