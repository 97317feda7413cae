package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The client does what the protocol page says about each code. */
class RecoveryTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\d+ \\| `(\\w+)` \\| [^|]* \\| ([a-z]+)[^|]* \\|$");

    @Test
    void followsTheTableOfErrors() throws IOException {
        Map<String, String> documented = ROW.matcher(Files.readString(Path.of("../../docs/protocol.md")))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), (MatchResult row) -> row.group(2)));

        assertThat(documented).hasSameSizeAs(ErrorCode.values());
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(Recovery.of(code)).as(code.name()).isEqualTo(expected(documented.getOrDefault(code.name(), "")));
        }
    }

    private static Recovery expected(String documented) {
        return switch (documented) {
            case "stop" -> Recovery.STOP;
            case "retry", "token" -> Recovery.RETRY;
            case "report" -> Recovery.REPORT;
            case "never" -> Recovery.RETRY;
            default -> throw new AssertionError("docs/protocol.md: " + documented);
        };
    }
}
