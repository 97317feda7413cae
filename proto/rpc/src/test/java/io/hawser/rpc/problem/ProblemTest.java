package io.hawser.rpc.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void aRefusalBecomesADocumentOfOneLine() {
        Problem problem =
                Problem.of(HawserException.refusal(ErrorCode.INVALID_ARGUMENT, "count: 0 (expected: 1 to 16)"));

        assertThat(problem.toJson())
                .isEqualTo("{\"type\":\"urn:hawser:error:INVALID_ARGUMENT\","
                        + "\"title\":\"A value is missing, malformed or out of range.\","
                        + "\"status\":400,\"detail\":\"count: 0 (expected: 1 to 16)\",\"code\":\"INVALID_ARGUMENT\"}");
    }

    @Test
    void whatACallerSentIsEscaped() {
        String json = Problem.of(ErrorCode.NOT_FOUND, "a\"b\\c\nd\u0001e\ud83d\ude00f\ud83d")
                .toJson();

        assertThat(json).contains("\"detail\":\"a\\\"b\\\\c\\nd\\u0001e\ud83d\ude00f\\ud83d\"");
    }

    @Test
    void aStatusMaySayMoreThanTheCode() {
        assertThat(Problem.of(ErrorCode.INVALID_ARGUMENT, 406, "Accept").status())
                .isEqualTo(406);
        assertThatThrownBy(() -> Problem.of(ErrorCode.INTERNAL, 200, "fine"))
                .hasMessage("status: 200 (expected: 400 to 599)");
    }
}
