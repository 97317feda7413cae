package io.hawser.rpc.problem;

/** A text as a JSON string (RFC 8259, section 7). */
final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    static void quote(String text, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            escape(text, i, to);
        }
        to.append('"');
    }

    private static void escape(String text, int at, StringBuilder to) {
        char c = text.charAt(at);
        switch (c) {
            case '"', '\\' -> to.append('\\').append(c);
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            default -> plainOrHex(text, at, to);
        }
    }

    /** What callers send may hold controls and halves of surrogate pairs, which have no UTF-8 form. */
    private static void plainOrHex(String text, int at, StringBuilder to) {
        char c = text.charAt(at);
        if (c >= ' ' && !isLoneSurrogate(text, at)) {
            to.append(c);
            return;
        }
        to.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            to.append(HEX.charAt((c >> shift) & 0xf));
        }
    }

    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
