package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.SessionPolicy;
import io.hawser.bench.chaos.history.Terms;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CastingTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 200})
    void everySessionPolicyIsTriedWithDevicesThatShareAMailboxWhereItHasThem(int users) {
        Cast cast = Casting.draw(new LoadSettings(1, users, 10));
        assertThat(cast.policies().values()).contains(SessionPolicy.values());
        assertThat(cast.readers())
                .filteredOn(readers -> readers.size() > 1)
                .extracting(readers -> cast.policies().get(readers.getFirst().app()))
                .contains(SessionPolicy.ONE_PER_USER, SessionPolicy.ONE_PER_DEVICE_CLASS)
                .doesNotContain(SessionPolicy.ONE_PER_DEVICE);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 200})
    void oneAppIsAvailableAndItsUsersDevicesHaveAMailboxEach(int users) {
        Cast cast = Casting.draw(new LoadSettings(1, users, 10));
        assertThat(cast.available()).singleElement().satisfies(app -> {
            assertThat(cast.policies().get(app)).isEqualTo(SessionPolicy.ONE_PER_DEVICE);
            assertThat(cast.users()).filteredOn(user -> user.app().equals(app)).hasSize(users / 2);
        });
        Audience user = Audience.user("chaos-available", "user-0");
        assertThat(cast.maySpool(user, Terms.PLAIN)).isTrue();
        assertThat(cast.maySpool(user, Terms.notification())).isFalse();
        assertThat(cast.maySpool(Audience.all("chaos-available"), Terms.PLAIN)).isFalse();
        assertThat(cast.maySpool(Audience.user("chaos-devices", "user-0"), Terms.PLAIN))
                .isFalse();
    }

    @Test
    void aSeedDrawsTheSameAgain() {
        assertThat(Casting.draw(new LoadSettings(7, 8, 10))).isEqualTo(Casting.draw(new LoadSettings(7, 8, 10)));
        assertThat(Casting.draw(new LoadSettings(7, 8, 10))).isNotEqualTo(Casting.draw(new LoadSettings(8, 8, 10)));
    }

    @Test
    void thePhonesOfAUserShareAMailboxAndTheComputerHasAnother() {
        Cast cast = Casting.draw(new LoadSettings(1, 2, 10));
        Endpoint phone = new Endpoint("chaos-classes", "user-0", "phone-0");
        Endpoint another = new Endpoint("chaos-classes", "user-0", "phone-1");
        Endpoint computer = new Endpoint("chaos-classes", "user-0", "pc-0");
        assertThat(cast.readers()).contains(List.of(phone, another), List.of(computer));
        assertThat(cast.alone()).contains(computer).doesNotContain(phone, another);
        assertThat(cast.copies(Audience.user("chaos-classes", "user-0")))
                .containsExactlyInAnyOrder(List.of(phone, another), List.of(computer));
        assertThat(cast.copies(Audience.all("chaos-classes")))
                .containsExactlyInAnyOrder(List.of(phone), List.of(another), List.of(computer));
    }
}
