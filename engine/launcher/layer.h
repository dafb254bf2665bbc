#pragma once

/*
 * Makes in a layer's tree what Node can't: device nodes (whiteouts among them) and extended attributes. Reads its
 * records from `input` (README.md), resolves every path beneath `tree`, never through a symbolic link; or die().
 */
void finish_layer(const char *tree, int input);
