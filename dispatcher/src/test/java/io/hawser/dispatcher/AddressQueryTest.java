package io.hawser.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressQueryTest {
    @Test
    void whatIsNotSaidIsAsConfigured() {
        AddressQuery query = parse(Map.of());

        assertThat(query.count()).isEqualTo(6);
        assertThat(query.retry()).isZero();
        assertThat(query.transport()).isEqualTo(Transport.TCP);
        assertThat(query.failed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:443", "[2001:db8::1]:443", "room.example.com:1", "10.0.0.1:65535"})
    void addressesThatFailedMayBeOfAnyFamily(String address) {
        assertThat(parse(Map.of("failed", address)).failed()).containsExactly(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            app     | Demo              | app: Demo (expected: only a-z, 0-9, '-' and '_')
            app     | ''                | app: 0 bytes (expected: 1 to 64)
            count   | 0                 | count: 0 (expected: 1 to 16)
            count   | 17                | count: 17 (expected: 1 to 16)
            count   | many              | count: many (expected: 1 to 16)
            count   | ''                | count:  (expected: 1 to 16)
            retry   | -1                | retry: -1 (expected: 0 to 1000)
            failed  | 10.0.0.1          | failed: 10.0.0.1 (expected: ip:port)
            failed  | 10.0.0.1:0        | failed: 10.0.0.1:0 (expected: ip:port)
            failed  | 10.0.0.1:65536    | failed: 10.0.0.1:65536 (expected: ip:port)
            failed  | :1                | failed: :1 (expected: ip:port)
            failed  | []:1              | failed: []:1 (expected: ip:port)
            failed  | a:1,              | failed:  (expected: ip:port)
            transport | quic            | transport: quic (expected: tcp, tls, ws or wss)
            zone    | a b               | zone: a b (expected: only letters, digits, '.', '_' and '-')
            """)
    void badValuesAreNamed(String name, String value, String message) {
        assertThatThrownBy(() -> parse(Map.of(name, value))).hasMessage(message);
    }

    @Test
    void whatANewerClientAsksBesidesIsPassedOver() {
        AddressQuery query = AddressQuery.parse(
                Map.of("app", List.of("demo"), "battery", List.of("low", "low")), AddressLimits.defaults());

        assertThat(query.app().value()).isEqualTo("demo");
    }

    @Test
    void overlongAndDoubledParametersAreRefused() {
        assertThatThrownBy(() -> parse(Map.of("carrier", "x".repeat(65))))
                .hasMessage("carrier: 65 characters (expected: at most 64)");
        assertThatThrownBy(() -> parse(Map.of("failed", String.join(",", Collections.nCopies(33, "a:1")))))
                .hasMessage("failed: more than 32 addresses (expected: at most 32)");
        assertThatThrownBy(() -> AddressQuery.parse(Map.of("app", List.of("a", "b")), AddressLimits.defaults()))
                .hasMessage("app: given 2 times (expected: once)");
    }

    private static AddressQuery parse(Map<String, String> parameters) {
        Map<String, List<String>> all = new HashMap<>(Map.of("app", List.of("demo")));
        parameters.forEach((name, value) -> all.put(name, List.of(value)));
        return AddressQuery.parse(all, AddressLimits.defaults());
    }
}
