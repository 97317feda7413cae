package io.hawser.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who can still be asked though nobody's view has it. */
final class RecentRegistersTest {
    private static final Peer ONE = Registry.register("register-1", 1);
    private static final Peer TWO = Registry.register("register-2", 2);

    private final List<Consumer<Membership.View>> listeners = new ArrayList<>();
    private long nowNanos;
    private final RecentRegisters recent = new RecentRegisters(
            new Membership() {
                @Override
                public View view() {
                    return new View(1, List.of());
                }

                @Override
                public AutoCloseable onChange(Consumer<View> listener) {
                    listeners.add(listener);
                    return () -> listeners.remove(listener);
                }
            },
            () -> nowNanos);

    @Test
    void oneThatLeftIsThereUntilItsTimeIsOver() {
        see(ONE, TWO);
        see(ONE);
        assertThat(recent.view().peers()).containsExactlyInAnyOrder(ONE, TWO);

        nowNanos = 99;
        recent.forgetAfter(100);
        assertThat(recent.view().peers()).containsExactlyInAnyOrder(ONE, TWO);
        nowNanos = 100;
        recent.forgetAfter(100);
        assertThat(recent.view().peers()).containsExactly(ONE);
    }

    @Test
    void oneThatIsBackIsThereInItsNewLifeAlone() {
        see(ONE, TWO);
        see(ONE);
        Peer back = Registry.register("register-2", 9);
        see(ONE, back);
        assertThat(recent.view().peers()).containsExactlyInAnyOrder(ONE, back);
    }

    @Test
    void listenersAreShownWhoIsLeftOut() {
        List<Membership.View> seen = new ArrayList<>();
        recent.onChange(seen::add);
        see(ONE);
        see();
        nowNanos = 100;
        recent.forgetAfter(100);
        assertThat(seen)
                .extracting(Membership.View::peers)
                .containsExactly(List.of(), List.of(ONE), List.of(ONE), List.of());
    }

    @Test
    void itFollowsNobodyOnceClosed() {
        recent.close();
        assertThat(listeners).isEmpty();
    }

    private void see(Peer... registers) {
        listeners.forEach(listener -> listener.accept(new Membership.View(2, List.of(registers))));
    }
}
