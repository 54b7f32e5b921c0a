/** Adds up the items of a basket. Prices are in cents. */
export function subtotal(items) {
  return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
}

/** Takes a voucher off the subtotal. Both are in cents. */
export function applyVoucher(amount, voucher) {
  return amount - voucher;
}
