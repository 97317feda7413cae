/** What all calls have in common: problems, request ids, limits, JSON, documentation. */
@NullMarked
package io.hawser.center.http;

import org.jspecify.annotations.NullMarked;
