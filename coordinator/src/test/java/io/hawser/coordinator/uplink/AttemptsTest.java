package io.hawser.coordinator.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.coordinator.webhook.Outcome;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.UplinkItem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
    private static final OutboxItem ITEM =
            OutboxItem.newBuilder().setUplink(UplinkItem.getDefaultInstance()).build();

    private final ForwardMeters meters = new ForwardMeters(new SimpleMeterRegistry());

    @Test
    void anAttemptThatEndsInAnErrorHasAnOutcome() throws Exception {
        Attempts.Poster broken = (url, webhook) -> {
            throw new StackOverflowError("of the test's");
        };
        try (Attempts attempts = new Attempts(broken, meters)) {
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            attempts.run("http://back.end", Callback.getDefaultInstance(), ITEM, outcome::complete);

            assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Failed.class);
            assertThat(meters.faults.count()).isEqualTo(1);
        }
    }

    @Test
    void aTaskOfTheOwnersThatEndsInAnErrorIsCounted() throws Exception {
        CountDownLatch counted = new CountDownLatch(1);
        try (OwnerLoop loop = new OwnerLoop("test", counted::countDown)) {
            loop.execute(() -> {
                throw new AssertionError("of the test's");
            });
            assertThat(counted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
