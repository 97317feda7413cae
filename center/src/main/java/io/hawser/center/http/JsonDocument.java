package io.hawser.center.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a JSON body has to be before its fields are looked at: one object of valid Unicode that says nothing twice (RFC
 * 8259, RFC 7493). Parsers differ in what they make of anything else, and a character that is replaced may name another
 * user.
 */
final class JsonDocument {
    private static final JsonFactory JSON = new JsonFactory();

    /** Those of the longest number that any field holds, with its sign. */
    private static final int MAX_NUMBER_CHARS = 20;

    private final JsonParser from;
    private final Map<String, String> inPath;
    private final Deque<Set<String>> namesByDepth = new ArrayDeque<>();

    private JsonDocument(JsonParser from, Map<String, String> inPath) {
        this.from = from;
        this.inPath = inPath;
    }

    /**
     * Opens a document. Bytes that are no UTF-8 become half a surrogate pair, which is as invalid, and is refused with
     * the path of the text it stands in.
     */
    static JsonParser parser(byte[] utf8) throws IOException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .replaceWith("\ud800")
                .decode(ByteBuffer.wrap(utf8))
                .toString();
        return JSON.createParser(text);
    }

    /**
     * Refuses a document that is not as it has to be.
     *
     * @param inPath what the call's path says already, by field; the document may say the same, and nothing else
     */
    static void check(byte[] utf8, Map<String, String> inPath) throws IOException {
        try (JsonParser parser = parser(utf8)) {
            new JsonDocument(parser, inPath).check();
        }
    }

    /** Refuses text that UTF-8 cannot write: a surrogate without its other half. */
    static String requireUnicode(String text, String path) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw JsonReader.refusal(path, "no valid Unicode at character " + i, "text in UTF-8");
            }
        }
        return text;
    }

    /** Refuses what stands behind the document that was read. */
    static void requireEnd(JsonParser from) throws IOException {
        if (from.nextToken() != null) {
            throw JsonReader.refusal("body", "more behind the object", "one JSON object");
        }
    }

    private void check() throws IOException {
        if (from.nextToken() != JsonToken.START_OBJECT) {
            throw JsonReader.refusal("body", JsonScalars.shown(from), "a JSON object");
        }
        namesByDepth.push(new HashSet<>());
        while (!namesByDepth.isEmpty()) {
            token(from.nextToken());
        }
        requireEnd(from);
    }

    private void token(JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> namesByDepth.push(new HashSet<>());
            case END_OBJECT -> namesByDepth.pop();
            case FIELD_NAME -> name(from.currentName());
            case VALUE_STRING -> requireUnicode(from.getText(), path());
            case VALUE_NUMBER_INT -> requireShort(from.getTextLength());
            case VALUE_NUMBER_FLOAT ->
                throw JsonReader.refusal(path(), JsonScalars.shown(from), "no fraction or exponent");
            default -> {
                // The others have no text of their own.
            }
        }
        if (token.isScalarValue() && namesByDepth.size() == 1) {
            agreeWithPath();
        }
    }

    private void name(String name) {
        if (!namesByDepth.element().add(requireUnicode(name, "a name"))) {
            throw JsonReader.refusal(path(), "set twice", "once");
        }
    }

    private void requireShort(int chars) throws IOException {
        if (chars > MAX_NUMBER_CHARS) {
            throw JsonReader.refusal(
                    path(), JsonScalars.shown(from), "a number of at most " + MAX_NUMBER_CHARS + " characters");
        }
    }

    private void agreeWithPath() throws IOException {
        String said = inPath.get(String.valueOf(from.currentName()));
        if (said != null && from.currentToken() != JsonToken.VALUE_NULL && !said.equals(from.getText())) {
            throw JsonReader.refusal(path(), JsonScalars.shown(from), "none, or " + said + " as in the path");
        }
    }

    /** Where the parser is: {@code users[3]}, {@code target.user}. */
    private String path() {
        return path(from.getParsingContext());
    }

    private static String path(JsonStreamContext at) {
        JsonStreamContext parent = at.getParent();
        String before = parent == null || parent.inRoot() ? "" : path(parent);
        if (at.inArray()) {
            return before + "[" + at.getCurrentIndex() + "]";
        }
        String name = String.valueOf(at.getCurrentName());
        return before.isEmpty() ? name : before + "." + name;
    }
}
