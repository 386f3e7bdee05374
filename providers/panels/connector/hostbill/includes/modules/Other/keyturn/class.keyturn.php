<?php

// Called by its address instead of by HostBill: there is nothing to say.
if (!class_exists('OtherModule')) {
    exit;
}

/** The plugin as HostBill lists it. It has no pages and no settings; api/ holds the one function that it adds to the admin API. */
class keyturn extends OtherModule
{
    protected $modname = 'Keyturn';
    protected $version = '1.0.0';
    protected $description = 'Keeps the credentials of the DomainNameAPI module true: Keyturn reads fingerprints of them, writes and checks them.';
    protected $info = [
        'haveadmin' => false,
        'haveuser' => false,
        'havelang' => false,
        'havetpl' => false,
        'havecron' => false,
    ];
}
