/** What Java agents of the tests share: the product's methods, changed as their classes are loaded. */
@NullMarked
package io.hawser.standalone.agent;

import org.jspecify.annotations.NullMarked;
