package io.hawser.room.uplink;

import static io.hawser.room.uplink.Platform.uplink;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of uplinks, and of what is told of bindings, with time and coordinators in the test's hands. */
final class UplinksTest {
    private final Platform platform = new Platform();
    private final Platform.Client client = platform.client(1, 1);

    private static UplinkAck stored(long number) {
        return UplinkAck.newBuilder().setBinding(1).setNumber(number).build();
    }

    private UplinkAck refused(ErrorCode code, long number) {
        UplinkAck answer = client.answers.remove();
        assertThat(ErrorCode.ofNumber(answer.getCode())).as(answer.getDetail()).isEqualTo(code);
        assertThat(answer.getNumber()).isEqualTo(number);
        return answer;
    }

    // Stored ones.

    @Test
    void anUplinkIsCarriedWithAllThatIsKnownOfItsSender() {
        client.send(uplink(7, 3).toBuilder().setCorrelation("c-1").build());
        CarryUplinkRequest request = platform.carried.element().request();
        assertThat(request.getApp()).isEqualTo("demo");
        assertThat(request.getUser()).isEqualTo("alice");
        assertThat(request.getDevice()).isEqualTo("d1");
        assertThat(request.getMailbox()).isEqualTo("device:d1");
        assertThat(request.getInstallationNonce().toStringUtf8()).isEqualTo("01234567");
        assertThat(request.getLocation().getRoom()).isEqualTo("room-1");
        assertThat(request.getNumber()).isEqualTo(7);
        assertThat(request.getPrev()).isEqualTo(3);
        assertThat(request.getRoute()).isEqualTo("orders.new");
        assertThat(request.getBody().toStringUtf8()).isEqualTo("u7");
        assertThat(request.getText()).isTrue();
        assertThat(request.getCorrelation()).isEqualTo("c-1");
    }

    @Test
    void itIsAnsweredOnceItIsStored() {
        client.send(uplink(1, 0));
        assertThat(client.answers).isEmpty();
        platform.store();
        assertThat(client.answers).containsExactly(stored(1));
    }

    @Test
    void oneOfABindingIsUnderWayAtATimeAndManyAreAnsweredAtOnce() {
        for (int number = 1; number <= 40; number++) {
            client.send(uplink(number, number - 1));
        }
        for (int number = 1; number <= 40; number++) {
            assertThat(platform.carried).hasSize(1);
            assertThat(platform.store()).isEqualTo(number);
        }
        assertThat(client.answers).containsExactly(stored(16), stored(32), stored(40));
    }

    @Test
    void anotherBindingOfTheConnectionDoesNotWaitForIt() {
        client.send(uplink(1, 0));
        platform.client(1, 2).send(uplink(1, 0));
        assertThat(platform.carried).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"})
    void whatFailsForNowComesAgainAndThoseBehindItAreNotSentBefore(ErrorCode code) {
        client.send(uplink(1, 0));
        client.send(uplink(2, 1));
        client.send(uplink(3, 2));
        platform.store();
        platform.fail(code);
        assertThat(client.answers.remove()).isEqualTo(stored(1));
        assertThat(refused(code, 2).getRetryAfterMs()).isPositive();
        assertThat(refused(code, 3).getRetryAfterMs()).isPositive();
        client.send(uplink(4, 3));
        assertThat(refused(code, 4).getRetryAfterMs()).isPositive();
        assertThat(platform.carried).isEmpty();
        client.send(uplink(2, 1));
        client.send(uplink(3, 2));
        platform.store();
        platform.store();
        assertThat(client.answers).containsExactly(stored(3));
    }

    @Test
    void aFaultOfOursIsNoReasonToDropIt() {
        client.send(uplink(1, 0));
        platform.fail(ErrorCode.INTERNAL);
        assertThat(refused(ErrorCode.UNAVAILABLE, 1).getRetryAfterMs()).isPositive();
    }

    @Test
    void whatIsRefusedForGoodDoesNotHoldUpTheNext() {
        client.send(uplink(1, 0));
        client.send(uplink(2, 1));
        platform.fail(ErrorCode.FAILED_PRECONDITION);
        assertThat(refused(ErrorCode.FAILED_PRECONDITION, 1).getRetryAfterMs()).isZero();
        platform.outOfOrder(0);
        assertThat(refused(ErrorCode.UPLINK_OUT_OF_ORDER, 2).getStored()).isZero();
        client.send(uplink(2, 0));
        platform.store();
        assertThat(client.answers).containsExactly(stored(2));
    }

    @Test
    void aClientThatIsAheadIsToldWhereToGoOn() {
        client.send(uplink(8, 7));
        client.send(uplink(9, 8));
        platform.outOfOrder(4);
        assertThat(refused(ErrorCode.UPLINK_OUT_OF_ORDER, 8).getStored()).isEqualTo(4);
        assertThat(refused(ErrorCode.UPLINK_OUT_OF_ORDER, 9).getStored()).isEqualTo(4);
        assertThat(platform.carried).isEmpty();
        client.send(uplink(5, 4));
        assertThat(platform.store()).isEqualTo(5);
    }

    @Test
    void whatIsAnsweredAfterTheBindingEndedIsNotSaid() {
        client.send(uplink(1, 0));
        client.send(uplink(2, 1));
        client.end();
        platform.store();
        assertThat(client.answers).isEmpty();
        assertThat(platform.carried).isEmpty();
        assertThat(platform.meters.get("hawser.room.uplinks.in.hand").gauge().value())
                .isZero();
    }

    // Those that are not.

    @Test
    void oneWithoutANumberIsNotAnsweredAndWaitsForNone() {
        client.send(uplink(1, 0));
        client.send(uplink(0, 0));
        assertThat(platform.carried).hasSize(2);
        platform.store();
        platform.store();
        assertThat(client.answers).containsExactly(stored(1));
        assertThat(client.errors).isEmpty();
    }

    @Test
    void whenItFailsItIsAnErrorOnTheBinding() {
        client.send(uplink(0, 0));
        platform.fail(ErrorCode.UNAVAILABLE);
        Error error = client.errors.remove();
        assertThat(error.getBinding()).isEqualTo(1);
        assertThat(error.getCode()).isEqualTo(ErrorCode.UNAVAILABLE.number());
        assertThat(error.getRetryAfterMs()).isPositive();
        assertThat(client.answers).isEmpty();
    }

    @Test
    void withACorrelationItsFailureIsAnsweredByThat() {
        client.send(uplink(0, 0).toBuilder().setCorrelation("q-7").build());
        platform.fail(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(refused(ErrorCode.DEADLINE_EXCEEDED, 0).getCorrelation()).isEqualTo("q-7");
        assertThat(client.errors).isEmpty();
    }

    // Bad input.

    @Test
    void badUplinksAreRefusedByNumberAndCode() {
        Uplink good = uplink(5, 4);
        refuses(good.toBuilder().setRoute(""), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setRoute("r".repeat(65)), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setRoute("orders/new"), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setRoute("örders"), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setCorrelation("c".repeat(65)), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setPrev(5), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setPrev(-1), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setNumber(-1), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setNumber(1L << 53), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setBody(ByteString.copyFrom(new byte[] {(byte) 0xff})), ErrorCode.INVALID_ARGUMENT);
        refuses(good.toBuilder().setBody(ByteString.copyFrom(new byte[1_001])), ErrorCode.BODY_TOO_LARGE);
        assertThat(platform.carried).isEmpty();
        client.send(good.toBuilder()
                .setRoute("r".repeat(64))
                .setCorrelation("c".repeat(64))
                .setBody(ByteString.copyFrom(new byte[1_000]))
                .build());
        assertThat(platform.carried).hasSize(1);
    }

    private void refuses(Uplink.Builder bad, ErrorCode code) {
        Uplink uplink = bad.build();
        client.send(uplink);
        assertThat(refused(code, uplink.getNumber()).getRetryAfterMs()).isZero();
    }

    @Test
    void anAppMayAllowNoMoreThanAFrameHolds() {
        platform.app = platform.app.toBuilder().setMaxBodyBytes(65_536).build();
        assertThat(platform.uplinks.maxBodyBytes("demo")).isEqualTo(65_536 - 256);
        platform.app = platform.app.toBuilder().setMaxBodyBytes(4_096).build();
        assertThat(platform.uplinks.maxBodyBytes("demo")).isEqualTo(4_096);
    }

    // Bounds.

    @Test
    void aClientThatSendsTooFastIsToldToWait() {
        platform.config = config(10, 3, 64, 1 << 20, 100, 16);
        for (int number = 1; number <= 4; number++) {
            client.send(uplink(number, number - 1));
        }
        assertThat(refused(ErrorCode.RESOURCE_EXHAUSTED, 4).getRetryAfterMs()).isEqualTo(100);
        platform.pass(Duration.ofMillis(100));
        client.send(uplink(4, 3));
        assertThat(client.answers).isEmpty();
        for (int number = 1; number <= 4; number++) {
            platform.store();
        }
        assertThat(client.answers.getLast()).isEqualTo(stored(4));
    }

    @Test
    void whatAnAppSendsTooFastAnotherOfTheConnectionMayStillSend() {
        platform.config = config(10, 3, 64, 1 << 20, 100, 16);
        Platform.Client shop = platform.client("shop", 1, 2);
        for (int number = 1; number <= 4; number++) {
            client.send(uplink(number, number - 1));
        }
        refused(ErrorCode.RESOURCE_EXHAUSTED, 4);
        shop.send(uplink(1, 0));
        assertThat(shop.answers).isEmpty();
        client.end();
        shop.send(uplink(2, 1));
        assertThat(shop.answers).isEmpty();
    }

    @Test
    void tooManyOfABindingAreRefused() {
        platform.config = config(1_000, 1_000, 2, 1 << 20, 100, 16);
        for (int number = 1; number <= 5; number++) {
            client.send(uplink(number, number - 1));
        }
        refused(ErrorCode.RESOURCE_EXHAUSTED, 4);
        refused(ErrorCode.RESOURCE_EXHAUSTED, 5);
        assertThat(client.answers).isEmpty();
        assertThat(platform.count("hawser.room.uplinks", "outcome", "skipped")).isEqualTo(1);
    }

    @Test
    void tooManyBytesOfALoopAreRefused() {
        platform.config = config(1_000, 1_000, 1_000, 64 << 10, 100, 16);
        platform.app = platform.app.toBuilder().setMaxBodyBytes(40_000).build();
        Uplink large = uplink(1, 0).toBuilder()
                .setBody(ByteString.copyFrom(new byte[40_000]))
                .build();
        client.send(large);
        Platform.Client other = platform.client(2, 1);
        other.send(large);
        assertThat(other.answers.remove().getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        platform.store();
        other.send(large);
        assertThat(platform.store()).isEqualTo(1);
    }

    @Test
    void theBindingsOfALoopTakeTurns() {
        platform.config = config(1_000, 1_000, 1_000, 1 << 20, 4, 16);
        for (long connection = 1; connection <= 3; connection++) {
            Platform.Client each = platform.client(connection, 1);
            each.send(uplink(connection * 10, 0));
            each.send(uplink(connection * 10 + 1, connection * 10));
        }
        assertThat(platform.carried).hasSize(2);
        assertThat(platform.store()).isEqualTo(10);
        assertThat(platform.store()).isEqualTo(20);
        assertThat(platform.store()).isEqualTo(30);
        assertThat(platform.store()).isEqualTo(11);
        assertThat(platform.carried).hasSize(2);
    }

    @Test
    void theAppsOfALoopTakeTurns() {
        platform.config = config(1_000, 1_000, 1_000, 1 << 20, 1, 16);
        for (long connection = 1; connection <= 3; connection++) {
            platform.client(connection, 1).send(uplink(connection * 10, 0));
        }
        platform.client("shop", 4, 1).send(uplink(40, 0));
        assertThat(platform.store()).isEqualTo(10);
        assertThat(platform.store()).isEqualTo(20);
        assertThat(platform.store()).isEqualTo(40);
        assertThat(platform.store()).isEqualTo(30);
    }

    @Test
    void anAppWhoseBackEndIsSlowHoldsUpNoOther() {
        platform.config = config(1_000, 1_000, 64, 1 << 20, 4, 16);
        for (int i = 0; i < 3; i++) {
            client.send(uplink(0, 0));
        }
        assertThat(client.errors).hasSize(1);
        Platform.Client shop = platform.client("shop", 1, 2);
        shop.send(uplink(0, 0));
        assertThat(shop.errors).isEmpty();
        assertThat(platform.carried.getLast().request().getApp()).isEqualTo("shop");
    }

    @Test
    void theBytesOfOneAppLeaveAsManyToTheOthers() {
        platform.config = config(1_000, 1_000, 1_000, 64 << 10, 100, 16);
        platform.app = platform.app.toBuilder().setMaxBodyBytes(20_000).build();
        ByteString body = ByteString.copyFrom(new byte[20_000]);
        client.send(uplink(1, 0).toBuilder().setBody(body).build());
        platform.client(2, 1).send(uplink(1, 0).toBuilder().setBody(body).build());
        Platform.Client third = platform.client(3, 1);
        third.send(uplink(1, 0).toBuilder().setBody(body).build());
        assertThat(third.answers.remove().getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        Platform.Client shop = platform.client("shop", 1, 2);
        shop.send(uplink(1, 0).toBuilder().setBody(body).build());
        assertThat(shop.answers).isEmpty();
    }

    @Test
    void tooManyThatAreNotStoredAreRefused() {
        platform.config = config(1_000, 1_000, 64, 1 << 20, 100, 2);
        client.send(uplink(0, 0));
        client.send(uplink(0, 0));
        client.send(uplink(0, 0));
        assertThat(client.errors.remove().getCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
        platform.store();
        client.send(uplink(0, 0));
        assertThat(client.errors).isEmpty();
    }

    private static UplinkConfig config(
            int perSecond, int burst, int maxWaiting, int maxBytes, int maxInFlight, int maxOnce) {
        return new UplinkConfig(
                perSecond,
                burst,
                maxWaiting,
                new ByteSize(maxBytes),
                maxInFlight,
                maxOnce,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
    }

    // Events.

    @Test
    void whatNobodyWantsToHearIsNotTold() {
        platform.uplinks.onDelivered(client, 0, 5);
        platform.uplinks.onKicked(client, Kick.getDefaultInstance());
        assertThat(platform.events).isEmpty();
    }

    @Test
    void deliveriesAreToldByMailbox() {
        platform.wanted.add(EventKind.EVENT_DELIVERED);
        platform.uplinks.onDelivered(client, 2, 5);
        StateEvent event = platform.events.getFirst();
        assertThat(event.getMailbox()).isEqualTo("device:d1");
        assertThat(event.getDevice()).isEqualTo("d1");
        assertThat(event.getSince()).isEqualTo(2);
        assertThat(event.getSeq()).isEqualTo(5);
        assertThat(event.getAtMs()).isEqualTo(1_000_000);
    }

    @Test
    void kicksAreToldWithTheirStampAndReason() {
        platform.wanted.add(EventKind.EVENT_KICKED);
        Stamp stamp = Stamp.newBuilder().setMembershipVersion(3).setCounter(4).build();
        Kick kick = Kick.newBuilder()
                .setSession(Session.newBuilder().setStamp(stamp))
                .setCause(KickCause.KICK_BANNED)
                .setDetail("spam")
                .build();
        platform.uplinks.onKicked(client, kick);
        platform.uplinks.onKicked(
                client, kick.toBuilder().setSameInstallation(true).build());
        assertThat(platform.events).hasSize(1);
        StateEvent event = platform.events.getFirst();
        assertThat(event.getStamp()).isEqualTo(stamp);
        assertThat(event.getReason()).isEqualTo(EndReason.END_BANNED);
        assertThat(event.getDetail()).isEqualTo("spam");
    }
}
