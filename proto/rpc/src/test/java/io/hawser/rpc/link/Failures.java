package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.Assertions;

/** What calls are expected to fail with. */
final class Failures {
    private Failures() {}

    /** Waits for the call to fail with {@code code}; what is returned asserts more. */
    static AbstractThrowableAssert<?, ? extends Throwable> assertFails(CompletableFuture<?> call, ErrorCode code) {
        assertThat(call).failsWithin(30, TimeUnit.SECONDS);
        Throwable failure = call.exceptionNow();
        assertThat(failure).isInstanceOf(HawserException.class);
        assertThat(((HawserException) failure).code()).isEqualTo(code);
        return Assertions.assertThat(failure);
    }
}
