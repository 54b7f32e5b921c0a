import assert from "node:assert/strict";
import { test } from "node:test";
import { applyVoucher, subtotal } from "../src/basket.js";

test("an empty basket costs nothing", () => {
  assert.equal(subtotal([]), 0);
});

test("the subtotal counts every item as often as it was taken", () => {
  const items = [
    { name: "bread", price: 320, quantity: 1 },
    { name: "apple", price: 45, quantity: 6 },
  ];
  assert.equal(subtotal(items), 590);
});

test("a voucher lowers the amount", () => {
  assert.equal(applyVoucher(2000, 500), 1500);
});

test("a voucher never makes the amount negative", () => {
  assert.equal(applyVoucher(300, 500), 0);
});
