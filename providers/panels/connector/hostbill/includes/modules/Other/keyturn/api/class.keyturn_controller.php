<?php

if (!class_exists('HBController')) {
    exit;
}

require_once dirname(__DIR__) . '/adapter.php';

/** call=module&module=keyturn&fn=letter. HostBill has checked API key, address and function list before this runs, and logs the call. */
class keyturn_controller extends HBController
{
    public $module;

    /** A letter in, a reply letter out. Any outcome is a reply, so HostBill is always told that the call succeeded. */
    public function letter($request)
    {
        $letter = is_array($request) && is_string($request['keyturn'] ?? null) ? $request['keyturn'] : '';
        $connector = new \Keyturn\Connector\Connector(new \Keyturn\Connector\HostBill\HostBillHost(), dirname(__DIR__));

        return [true, ['keyturn' => $connector->answer($letter, \Keyturn\Connector\Request::fromGlobals())]];
    }
}
