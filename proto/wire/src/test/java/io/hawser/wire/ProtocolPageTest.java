package io.hawser.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The protocol page says what the code does: a stranger has nothing else. */
class ProtocolPageTest {
    private static final Pattern MESSAGE =
            Pattern.compile("^message (\\w+) \\{(?:\\}|\\n(.*?)^\\})", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern FIELD =
            Pattern.compile("^\\s+(repeated )?([\\w.]+|map<string, string>) (\\w+) = (\\d+);", Pattern.MULTILINE);

    @Test
    void errorTableIsTheEnum() throws IOException {
        List<List<String>> documented =
                ProtocolPage.read().tableWithHeader("| number | code | meaning | what the client does |").stream()
                        .map(row -> row.subList(0, 3))
                        .toList();

        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> List.of(Integer.toString(code.number()), code.name(), code.meaning()))
                        .toList());
    }

    @Test
    void frameTypeTableIsFrameType() throws Exception {
        Map<Integer, String> documented = new TreeMap<>();
        ProtocolPage.read().tableUnder("## Frame types").forEach(row -> documented.put(number(row), row.get(1)));

        Map<Integer, String> inCode = new TreeMap<>();
        for (Field field : FrameType.class.getFields()) {
            assertThat(Modifier.isStatic(field.getModifiers())).isTrue();
            inCode.put(field.getInt(null), field.getName());
        }
        assertThat(documented).isEqualTo(inCode);
        assertThat(inCode)
                .allSatisfy((type, name) -> assertThat(FrameType.nameOf(type)).isEqualTo(name));
    }

    @Test
    void everyFieldOfEveryMessageIsDocumented() throws IOException {
        ProtocolPage page = ProtocolPage.read();

        messages()
                .forEach((message, fields) -> assertThat(page.tableUnder("### " + message))
                        .as("fields of %s", message)
                        .map(row -> row.subList(0, 3))
                        .containsExactlyElementsOf(fields));
    }

    @Test
    void limitsAreTheConstants() throws IOException {
        Map<String, String> limits = new LinkedHashMap<>();
        ProtocolPage.read().tableUnder("## Limits").forEach(row -> limits.put(row.get(0), row.get(1)));

        assertThat(limits.get("frame from a client, no binding made")).contains(grouped(4096));
        assertThat(FrameLimits.MAX_UNBOUND_FRAME_BYTES).isEqualTo(4096);
        assertThat(limits.get("frame from a client, a binding made")).contains(grouped(FrameLimits.MAX_FRAME_BYTES));
        assertThat(limits.get("frame from a room")).contains(grouped(FrameLimits.MAX_ROOM_FRAME_BYTES));
        assertThat(limits.get("message body")).contains(grouped(FrameLimits.MAX_MESSAGE_BODY_BYTES));
    }

    private static String grouped(int bytes) {
        return String.format("%,d", bytes);
    }

    private static int number(List<String> row) {
        return Integer.parseInt(row.get(0));
    }

    /** The messages of frames.proto, each with its fields as the page writes them: number, wire type, name. */
    private static Map<String, List<List<String>>> messages() throws IOException {
        String proto = Files.readString(Path.of("src/main/proto/hawser/wire/v1/frames.proto"));
        Map<String, List<List<String>>> messages = new LinkedHashMap<>();
        Matcher message = MESSAGE.matcher(proto);
        while (message.find()) {
            String body = message.group(2);
            messages.put(message.group(1), body == null ? List.of() : fields(body));
        }
        assertThat(messages).containsKeys("Hello", "Bind", "Message", "AskDispatcher", "Addresses");
        return messages;
    }

    private static List<List<String>> fields(String body) {
        List<List<String>> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(body);
        while (field.find()) {
            boolean repeated = field.group(1) != null || field.group(2).startsWith("map");
            fields.add(List.of(field.group(4), wire(field.group(2), repeated), field.group(3)));
        }
        fields.sort((a, b) -> Integer.compare(number(a), number(b)));
        return fields;
    }

    private static String wire(String type, boolean repeated) {
        return switch (type) {
            case "uint32", "uint64", "int64", "bool", "Qos", "KickReason", "Encoding" ->
                repeated ? "packed varints" : "varint";
            default -> repeated ? "len, repeated" : "len";
        };
    }
}
